#!/bin/bash
# Keeps this process's namespaces open until standard input ends. As process 1 of a pid namespace bash also buries
# the orphans, which a plain `cat` would not: a dead daemon must not look alive to `kill -0`.
while read -r _; do :; done
