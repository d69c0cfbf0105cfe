#include "CLinux.h"
#include <fcntl.h>
#include <sys/socket.h>

/* Gives standard input, output and error a descriptor where they have none, before anything else is opened: a socket
   that came to be number 2 would be sent every complaint. Swift's own event loop is older than its main function.
   They are open the wrong way round, so that reading and writing fail as before. */
__attribute__((constructor)) static void fill_standard_streams(void) {
  for (int number = 0; number <= 2; number++) {
    if (fcntl(number, F_GETFD) >= 0) continue;
    /* The lowest number that is free, thus this one. */
    (void)open("/dev/null", number == 0 ? O_WRONLY : O_RDONLY);
  }
}

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
