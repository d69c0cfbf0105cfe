// Sends UDP packets from random addresses to one address for some seconds, as fast as it can.
//
//   udp_blast INTERFACE MAC ADDRESS PORT SECONDS     prints the packets sent and the packets a second
//
// Frames go to the device without the sender's own IP stack and queue, so that most of a packet's time is the receiver's.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/ether.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { batch = 64, payload = 18 };
struct packet { struct ether_header ether; struct iphdr ip; struct udphdr udp; char data[payload]; } __attribute__((packed));

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

static uint16_t checksum(const void *header) {
  uint16_t words[10];
  uint32_t sum = 0;
  memcpy(words, header, sizeof words);
  for (int i = 0; i < 10; i++) sum += words[i];
  sum = (sum & 0xffff) + (sum >> 16);
  return ~(sum + (sum >> 16));
}

int main(int argc, char **argv) {
  struct in_addr address;
  struct ether_addr *mac = argc == 6 ? ether_aton(argv[2]) : NULL;
  if (!mac || inet_pton(AF_INET, argv[3], &address) != 1) return 64;
  struct sockaddr_ll to = {.sll_family = AF_PACKET, .sll_protocol = htons(ETHERTYPE_IP),
                           .sll_ifindex = if_nametoindex(argv[1]), .sll_halen = 6};
  memcpy(to.sll_addr, mac, 6);
  int s = socket(AF_PACKET, SOCK_RAW, 0), one = 1;
  if (s < 0 || setsockopt(s, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof one)) return perror("socket"), 69;
  static struct packet packets[batch];
  struct iovec parts[batch];
  struct mmsghdr messages[batch];
  memset(messages, 0, sizeof messages);
  for (int i = 0; i < batch; i++) {
    memcpy(packets[i].ether.ether_dhost, mac, 6);
    memcpy(packets[i].ether.ether_shost, "\x02\x00\x00\x00\x00\x09", 6);
    packets[i].ether.ether_type = htons(ETHERTYPE_IP);
    packets[i].ip = (struct iphdr){.version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_UDP,
                                   .tot_len = htons(sizeof(struct packet) - sizeof(struct ether_header)),
                                   .daddr = address.s_addr};
    packets[i].udp.dest = htons(atoi(argv[4]));
    packets[i].udp.len = htons(sizeof(struct udphdr) + payload);
    parts[i] = (struct iovec){&packets[i], sizeof packets[i]};
    messages[i].msg_hdr = (struct msghdr){.msg_name = &to, .msg_namelen = sizeof to, .msg_iov = &parts[i],
                                           .msg_iovlen = 1};
  }
  uint64_t random = 88172645463325252ull, sent = 0;
  double start = now(), end = start + atof(argv[5]);
  while (now() < end) {
    for (int i = 0; i < batch; i++) {
      random ^= random << 13, random ^= random >> 7, random ^= random << 17;
      packets[i].ip.saddr = htonl(0x0b000000 | (uint32_t)(random & 0x3ffffff));
      packets[i].ip.check = 0;
      packets[i].ip.check = checksum(&packets[i].ip);
      packets[i].udp.source = htons(1024 + (random >> 40) % 60000);
    }
    int n = sendmmsg(s, messages, batch, 0);
    if (n < 0) return perror("sendmmsg"), 1;
    sent += n;
  }
  printf("%llu %.0f\n", (unsigned long long)sent, sent / (now() - start));
}
