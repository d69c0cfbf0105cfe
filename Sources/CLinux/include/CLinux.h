// What Linux offers and Swift's Glibc does not show, because it is declared for _GNU_SOURCE alone.
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

/// Sets a limit of a process that runs already. Returns 0 or -1.
int clinux_limit(int process, int resource, unsigned long value);

/// Has the kernel keep this process' memory out of core dumps, and from debuggers of other users. Programs that it starts are
/// as ever. Returns 0 or -1.
static inline int clinux_keep_out_of_cores(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }

/// A descriptor of a process, which can be read from once it has ended.
static inline int clinux_pidfd_open(int process) { return (int)syscall(SYS_pidfd_open, process, 0); }

/// A file without a name, closed in programs that are started.
static inline int clinux_memfd(const char *name) { return (int)syscall(SYS_memfd_create, name, 1u); }

/// Has a program that is spawned begin in a folder. Returns 0 or an error's number.
int clinux_spawn_in(posix_spawn_file_actions_t *actions, const char *folder);

/// Sends up to 64 frames that lie one after the other in a buffer, with one system call.
/// Returns how many the kernel took, or -1.
int clinux_send_frames(int socket, const unsigned char *bytes, const int *lengths, int count);
