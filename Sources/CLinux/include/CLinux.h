// Linux calls that Swift's Glibc does not show, because the C library declares them for _GNU_SOURCE alone.
#pragma once
#include <linux/sched.h>
#include <spawn.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/// Moves the calling thread into namespaces of its own.
static inline int clinux_unshare(int flags) { return (int)syscall(SYS_unshare, flags); }

/// Moves the calling thread into the namespace that a descriptor holds.
static inline int clinux_setns(int descriptor, int kind) { return (int)syscall(SYS_setns, descriptor, kind); }

/// The calling thread's number.
static inline int clinux_gettid(void) { return (int)syscall(SYS_gettid); }

/// Sets a limit of a running process. Returns 0 or -1.
int clinux_limit(int process, int resource, unsigned long value);

/// Keeps this process's memory out of core dumps, and from debuggers of other users. It does not affect programs that
/// the process starts. Returns 0 or -1.
static inline int clinux_keep_out_of_cores(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }

/// A descriptor of a process, which becomes readable once the process has ended.
static inline int clinux_pidfd_open(int process) { return (int)syscall(SYS_pidfd_open, process, 0); }

/// A file without a name. Programs that this process starts do not inherit it.
static inline int clinux_memfd(const char *name) { return (int)syscall(SYS_memfd_create, name, 1u); }

/// Makes a spawned program begin in a folder. Returns 0 or an error number.
int clinux_spawn_in(posix_spawn_file_actions_t *actions, const char *folder);

/// Sends up to 64 frames, which follow each other in a buffer, with one system call.
/// Returns how many the kernel took, or -1.
int clinux_send_frames(int socket, const unsigned char *bytes, const int *lengths, int count);
