import Engine
import FarmFile

/// Which nodes get the frames that clients send, as a word for each way in.
///
/// A way in is a card (a router's, a local host's) and what it sends to now. Many clients share one. The words are
/// computed anew at events, never for a packet: a packet costs one look at its word.
struct SegmentReach: Sendable {
  /// The most ways in, so that a client's is one byte.
  static let capacity = 256

  /// A card, the MAC that it sends to, and the IP address in the packets: a switch may snoop by either.
  struct Attachment: Sendable, Hashable {
    var card: Int
    var mac: MACAddress
    var address: IPAddress
  }

  private(set) var attachments: [Attachment] = []
  /// By attachment: the nodes that get its frames.
  private(set) var words: [UInt64] = []
  /// By attachment: whether switches flood its frames.
  private(set) var isFlooded: [Bool] = []
  /// When a word may change next without an event: something is forgotten.
  private(set) var nextChange = Instant.never
  /// By card: the node that it belongs to; `nil` for others.
  private let nodeOfCard: [NodeID?]

  init(nodeOfCard: [NodeID?]) { self.nodeOfCard = nodeOfCard }

  /// The number of an attachment, which gets a word with the next update if it is new.
  mutating func number(of attachment: Attachment) -> Int {
    if let known = attachments.firstIndex(of: attachment) { return known }
    precondition(attachments.count < Self.capacity, "more ways in than a byte tells")
    attachments.append(attachment)
    words.append(0)
    isFlooded.append(false)
    return attachments.count - 1
  }

  /// Computes the words anew.
  /// - Returns: whether any has changed.
  mutating func update(from segment: Segment, at now: Instant) -> Bool {
    var hasChanged = false
    nextChange = .never
    for (i, attachment) in attachments.enumerated() {
      let delivery = segment.delivery(
        of: Self.frame(of: attachment, in: segment), from: attachment.card, at: now)
      var nodes = NodeSet.empty
      for card in delivery.cards { if let node = nodeOfCard[card] { nodes.insert(node) } }
      if words[i] != nodes.bits || isFlooded[i] == delivery.flooded.isEmpty { hasChanged = true }
      words[i] = nodes.bits
      isFlooded[i] = !delivery.flooded.isEmpty
      nextChange = min(nextChange, delivery.nextChange)
    }
    return hasChanged
  }

  /// A client's packet, as far as switches look at it.
  private static func frame(of attachment: Attachment, in segment: Segment) -> EthernetFrame {
    EthernetFrame(
      to: attachment.mac, from: segment.cards[attachment.card].mac,
      .ipv4(
        .datagram(from: IPAddress(v4: 0), to: attachment.address, ports: (0, 0), [])))
  }
}
