#!/bin/bash
# What a line is about: values may be secret, and a plan is read by many.
subject_of() { sed 's/[[:space:]]*[=[].*//' | tr -cd 'A-Za-z0-9_./ \n-' | cut -c 1-60; }
