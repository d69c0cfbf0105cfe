#!/usr/bin/env bash
# systemd-machine.sh FOLDER GROUP: a machine with systemd as its first process, in the network namespace of the caller.
#
# It has the files of this machine below a layer of its own, and nothing enabled but the journal. It ends with this
# process. GROUP is the name of its control group; whoever starts it removes that. FOLDER is an empty one.
set -euo pipefail

if [ "${3:-}" != --inside ]; then
  exec unshare --mount --propagation private bash -euo pipefail -c '
    mount -t tmpfs -o mode=755 tmpfs "$2"
    mkdir "$2/groups"
    mount -t cgroup2 cgroup2 "$2/groups"
    mkdir -p "$2/groups/$3"
    echo $$ >"$2/groups/$3/cgroup.procs"
    exec unshare --pid --fork --kill-child --uts --ipc --cgroup bash "$1" "$2" "$3" --inside
  ' bash "$0" "$1" "$2"
fi

cd "$1"
mkdir layer work root
mount -t overlay -o "lowerdir=/,upperdir=$PWD/layer,workdir=$PWD/work" overlay root
# What is mounted there is not below the layer.
swift=$(readlink -f "$(command -v swift)")
swift=${swift%/bin/*}
[ "$swift" = /usr ] || mount --bind "$swift" "root$swift"
cd root
mount -t proc proc proc
mount -t sysfs sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs -o mode=755 tmpfs run
mount -t tmpfs -o mode=1777 tmpfs tmp
mount -t tmpfs -o mode=755 tmpfs dev
mkdir dev/pts dev/shm
mount -t tmpfs tmpfs dev/shm
mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
ln -s pts/ptmx dev/ptmx
for device in null zero full random urandom tty; do
  touch "dev/$device"
  mount --bind "/dev/$device" "dev/$device"
done
rm -rf etc/systemd/system/*.wants usr/lib/systemd/system/*.wants usr/sbin/policy-rc.d etc/farmd var/lib/farmd
printf '[Unit]\nWants=systemd-journald.service\n' >etc/systemd/system/machine.target
printf 'node1\n' >etc/hostname
printf '%032x\n' 1 >etc/machine-id
exec chroot . env -i container=test PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd \
  --unit=machine.target --show-status=no --log-target=null
