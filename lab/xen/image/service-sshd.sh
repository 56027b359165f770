#!/bin/bash
# chkconfig: 2345 55 25
# description: OpenSSH server daemon
pid_file=/run/sshd.pid
running() { [ -s $pid_file ] && kill -0 "$(cat $pid_file)" 2>/dev/null; }
case ${1:-} in
  start) running || /usr/sbin/sshd ;;
  stop) ! running || kill "$(cat $pid_file)" ;;
  restart | reload) "$0" stop && sleep 1 && "$0" start ;;
  status) if running; then echo "openssh-daemon (pid $(cat $pid_file)) is running..."; else echo 'openssh-daemon is stopped' && exit 3; fi ;;
  *) echo "Usage: $0 {start|stop|restart|reload|status}" && exit 2 ;;
esac
