#include "CLinux.h"
#include <sys/socket.h>

extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *restrict, const char *restrict);

int clinux_spawn_in(posix_spawn_file_actions_t *actions, const char *folder) {
  return posix_spawn_file_actions_addchdir_np(actions, folder);
}

int clinux_send_frames(int socket, const unsigned char *bytes, const int *lengths, int count) {
  struct { struct msghdr header; unsigned int sent; } messages[64] = {{{0}}};
  struct iovec pieces[64];
  if (count > 64) count = 64;
  for (int i = 0; i < count; i++) {
    pieces[i].iov_base = (void *)bytes;
    pieces[i].iov_len = (size_t)lengths[i];
    bytes += lengths[i];
    messages[i].header.msg_iov = &pieces[i];
    messages[i].header.msg_iovlen = 1;
  }
  return (int)syscall(SYS_sendmmsg, socket, messages, (unsigned int)count, 0);
}

int clinux_limit(int process, int resource, unsigned long value) {
  unsigned long long limit[2] = {value, value};
  return (int)syscall(SYS_prlimit64, process, resource, limit, 0);
}
