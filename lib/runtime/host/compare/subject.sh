#!/bin/bash
# Prints what each line is about, without its value: values may be secret, and many people read a plan.
subject_of() { sed 's/[[:space:]]*[=[].*//' | tr -cd 'A-Za-z0-9_./ \n-' | cut -c 1-60; }
