import Engine
import FarmFile

/// The switch inside a hypervisor, as ESXi has it: between the cards of its machines and one uplink.
///
/// It knows the MACs of its machines' cards because it gave them, so it learns none and drops what it does not know.
/// Its security policy decides what a machine may do besides: work with another MAC (``Settings/macChanges``), send
/// from another one (``Settings/forgedTransmits``), get every frame (``Settings/promiscuous``). Distributed switches
/// since 6.7 can learn MACs instead.
struct HypervisorSwitch: Sendable {
  struct Settings: Sendable, Hashable {
    var promiscuous = false
    var macChanges = true
    var forgedTransmits = true
    /// Whether it shows switches a machine's MAC when that has come or moved.
    var notifiesSwitches = true
    /// `nil` if it learns no MACs.
    var learning: Learning?
  }

  struct Learning: Sendable, Hashable {
    /// MACs a port.
    var capacity = 4096
    /// Whether frames to unknown MACs go to all machines.
    var floods = true
  }

  /// Why it tells the physical switches a MAC.
  enum Occasion: Sendable, Hashable {
    case powerOn
    case migration
    case uplinkChange
  }

  /// Where a machine's frame goes.
  struct Exits: Sendable, Hashable {
    /// Cards on this hypervisor.
    var cards: [Int] = []
    var uplink = false
  }

  let settings: Settings
  /// The numbers of its machines' cards in the segment, ascending.
  private(set) var cards: [Int]
  /// By card, in the order of ``cards``: MACs that it has learned.
  private var learned: [[MACAddress]]

  init(_ settings: Settings, cards: [Int] = []) {
    self.settings = settings
    self.cards = cards.sorted()
    learned = cards.map { _ in [] }
  }

  /// The cards that get a frame from the uplink.
  /// - Parameter all: the cards of the segment.
  func arrivals(of frame: EthernetFrame, among all: [NetworkCard]) -> [Int] {
    receivers(of: frame.destination, except: nil, among: all).cards
  }

  /// Takes a frame from a machine's card. One that the policy forbids goes nowhere.
  mutating func departure(of frame: EthernetFrame, from card: Int, among all: [NetworkCard])
    -> Exits
  {
    guard isOpen(all[card]), settings.forgedTransmits || frame.source == all[card].mac else {
      return Exits()
    }
    if let learning = settings.learning, let own = cards.firstIndex(of: card) {
      learn(frame.source, at: own, learning)
    }
    let (receivers, isKnown) = receivers(of: frame.destination, except: card, among: all)
    // A MAC of this hypervisor is not looked for outside.
    return Exits(cards: receivers, uplink: !isKnown)
  }

  /// The frames that it sends by its uplink for a machine's card: RARP from the MAC that the card works with.
  func announcements(of card: NetworkCard, after occasion: Occasion) -> [EthernetFrame] {
    guard settings.notifiesSwitches else { return [] }
    let frame = EthernetFrame(
      to: .broadcast, from: card.mac, .arp(ARPMessage.reverseRequest(mac: card.mac)))
    return [EthernetFrame](repeating: frame, count: occasion == .uplinkChange ? 5 : 1)
  }

  /// A machine comes.
  mutating func attach(_ card: Int) {
    precondition(!cards.contains(card), "a card attached twice")
    let place = cards.firstIndex { $0 > card } ?? cards.count
    cards.insert(card, at: place)
    learned.insert([], at: place)
  }

  /// A machine goes.
  mutating func detach(_ card: Int) {
    guard let place = cards.firstIndex(of: card) else {
      preconditionFailure("a card that is not here")
    }
    cards.remove(at: place)
    learned.remove(at: place)
  }

  // MARK: - Parts of a decision

  /// Whether a card's port is enabled. One that works with another MAC is disabled where that is forbidden.
  private func isOpen(_ card: NetworkCard) -> Bool {
    settings.macChanges || card.mac == card.initialMAC
  }

  /// The cards that get a frame, and whether its MAC belongs to a machine here.
  private func receivers(
    of destination: MACAddress, except sender: Int?, among all: [NetworkCard]
  ) -> (cards: [Int], isKnown: Bool) {
    let open = cards.indices.filter { cards[$0] != sender && isOpen(all[cards[$0]]) }
    let owners = open.filter { knows(destination, at: $0, all) }
    let isKnown = !destination.isMulticast && !owners.isEmpty
    let isFlooded = !destination.isMulticast && !isKnown && settings.learning?.floods == true
    let receivers = open.filter { i in
      let card = all[cards[i]]
      if destination.isMulticast && card.isAddressed(by: destination) { return true }
      if settings.promiscuous && card.isPromiscuous { return true }
      // A flooded frame reaches a machine, whose card lets in what it listens to.
      if isFlooded { return card.isPromiscuous || card.isAddressed(by: destination) }
      return isKnown && knows(destination, at: i, all)
    }
    return (receivers.map { cards[$0] }, isKnown)
  }

  private func knows(_ mac: MACAddress, at place: Int, _ all: [NetworkCard]) -> Bool {
    all[cards[place]].mac == mac || learned[place].contains(mac)
  }

  private mutating func learn(_ mac: MACAddress, at place: Int, _ learning: Learning) {
    if mac.isMulticast || learned[place].contains(mac) { return }
    for other in learned.indices { learned[other].removeAll { $0 == mac } }
    if learned[place].count < learning.capacity { learned[place].append(mac) }
  }
}
