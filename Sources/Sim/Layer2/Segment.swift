import Engine
import FarmFile

/// A segment: switches in a tree, hypervisors at their ports, and the cards of hosts at both.
///
/// ``send(_:from:at:)`` carries a real frame: all switches on its way learn. ``delivery(of:from:at:)`` only tells where
/// a frame would go at this instant, and until when that holds.
struct Segment: Sendable {
  private(set) var switches: [EthernetSwitch]
  private(set) var hypervisors: [HypervisorSwitch] = []
  private(set) var cards: [NetworkCard] = []
  /// By switch and port: what is plugged in.
  private var wires: [[Wire]]
  /// By hypervisor: the port of its uplink.
  private var uplinks: [Port] = []
  private var places: [Place] = []

  /// A port of a switch.
  struct Port: Sendable, Hashable {
    var ofSwitch: Int
    var number: Int
  }

  /// Where a card is plugged in.
  enum Place: Sendable, Hashable {
    case port(Port)
    case hypervisor(Int)
  }

  private enum Wire: Sendable {
    case nothing
    case card(Int)
    case hypervisor(Int)
    case port(Port)
  }

  /// Where a frame gets to.
  struct Delivery: Sendable, Hashable {
    /// The cards that let it in, ascending.
    var cards: [Int] = []
    /// Why switches flooded it, if they did, and why they dropped copies.
    var flooded: FloodClasses = []
    var drops: Set<EthernetSwitch.Drop> = []
    /// The earliest instant at which a switch may decide otherwise by itself.
    var nextChange = Instant.never
  }

  /// - Parameter links: between ports of two switches.
  /// - Precondition: the links make no loop.
  init(switches: [EthernetSwitch], links: [(Port, Port)] = []) {
    self.switches = switches
    wires = switches.map { [Wire](repeating: .nothing, count: $0.ports.count) }
    // By switch: the number of the tree that it is in.
    var trees = Array(switches.indices)
    for (a, b) in links {
      let (old, new) = (trees[b.ofSwitch], trees[a.ofSwitch])
      precondition(old != new, "a loop of switches")
      for s in trees.indices where trees[s] == old { trees[s] = new }
      plug(.port(b), into: a)
      plug(.port(a), into: b)
    }
  }

  /// Plugs a hypervisor's uplink in.
  /// - Returns: its number.
  mutating func add(_ settings: HypervisorSwitch.Settings, at port: Port) -> Int {
    plug(.hypervisor(hypervisors.count), into: port)
    hypervisors.append(HypervisorSwitch(settings))
    uplinks.append(port)
    return hypervisors.count - 1
  }

  /// Plugs a card in.
  /// - Returns: its number.
  mutating func add(_ card: NetworkCard, at place: Place) -> Int {
    let number = cards.count
    cards.append(card)
    places.append(place)
    switch place {
    case .port(let port): plug(.card(number), into: port)
    case .hypervisor(let h): hypervisors[h].attach(number)
    }
    return number
  }

  private mutating func plug(_ wire: Wire, into port: Port) {
    guard case .nothing = wires[port.ofSwitch][port.number] else {
      preconditionFailure("a port used twice")
    }
    wires[port.ofSwitch][port.number] = wire
  }

  // MARK: - Frames

  /// Carries a frame that a card sends.
  mutating func send(_ frame: EthernetFrame, from card: Int, at now: Instant) -> Delivery {
    walk(frame, from: card, isReal: true, at: now)
  }

  /// Where a frame of a card would go.
  func delivery(of frame: EthernetFrame, from card: Int, at now: Instant) -> Delivery {
    // Nothing is written to the copy, so that no table is copied.
    var copy = self
    return copy.walk(frame, from: card, isReal: false, at: now)
  }

  /// Shows the switches a machine's MAC, if its hypervisor does so.
  mutating func announce(_ card: Int, after occasion: HypervisorSwitch.Occasion, at now: Instant) {
    guard case .hypervisor(let h) = places[card] else { return }
    var delivery = Delivery()
    for frame in hypervisors[h].announcements(of: cards[card], after: occasion) {
      enter(frame, by: uplinks[h], isReal: true, at: now, into: &delivery)
    }
  }

  private mutating func walk(
    _ frame: EthernetFrame, from card: Int, isReal: Bool, at now: Instant
  ) -> Delivery {
    var delivery = Delivery()
    switch places[card] {
    case .port(let port): enter(frame, by: port, isReal: isReal, at: now, into: &delivery)
    case .hypervisor(let h):
      let exits: HypervisorSwitch.Exits
      if isReal {
        exits = hypervisors[h].departure(of: frame, from: card, among: cards)
      } else {
        var copy = hypervisors[h]
        exits = copy.departure(of: frame, from: card, among: cards)
      }
      delivery.cards = exits.cards
      if exits.uplink { enter(frame, by: uplinks[h], isReal: isReal, at: now, into: &delivery) }
    }
    delivery.cards.sort()
    return delivery
  }

  /// Follows a frame that comes into a switch. The switches are a tree, so it passes each at most once.
  private mutating func enter(
    _ frame: EthernetFrame, by port: Port, isReal: Bool, at now: Instant,
    into delivery: inout Delivery
  ) {
    let s = port.ofSwitch
    let result =
      isReal
      ? switches[s].receive(frame, on: port.number, at: now)
      : switches[s].forwarding(of: frame, on: port.number, at: now)
    let change = switches[s].nextChange(for: frame, on: port.number, after: now)
    delivery.nextChange = min(delivery.nextChange, change)
    delivery.flooded.formUnion(result.flooded)
    if let drop = result.drop { delivery.drops.insert(drop) }
    for exit in result.ports {
      var copy = frame
      copy.vlan = switches[s].ports[exit].tag(of: result.vlan)
      switch wires[s][exit] {
      case .nothing: break
      case .card(let c):
        if cards[c].isPromiscuous || cards[c].isAddressed(by: frame.destination) {
          delivery.cards.append(c)
        }
      case .hypervisor(let h): delivery.cards += hypervisors[h].arrivals(of: copy, among: cards)
      case .port(let next): enter(copy, by: next, isReal: isReal, at: now, into: &delivery)
      }
    }
  }

  // MARK: - Events

  /// Changes a card: its MAC, what it listens to.
  mutating func set(_ card: Int, to new: NetworkCard) {
    precondition(new.initialMAC == cards[card].initialMAC, "a card keeps the MAC it was given")
    cards[card] = new
  }

  /// A port goes up or down.
  mutating func set(_ port: Port, isUp: Bool) {
    switches[port.ofSwitch].set(port.number, isUp: isUp)
  }

  /// The tree has changed: every switch soon forgets what it has learned.
  mutating func topologyChange(at now: Instant) {
    for s in switches.indices { switches[s].topologyChange(at: now) }
  }

  /// Enters a MAC at a switch by hand.
  mutating func enter(_ mac: MACAddress, at ofSwitch: Int, on ports: SwitchPorts) {
    switches[ofSwitch].enter(mac, on: ports)
  }

  /// A machine moves to another hypervisor, which shows switches its MAC if it does so.
  mutating func migrate(_ card: Int, to hypervisor: Int, at now: Instant) {
    guard case .hypervisor(let old) = places[card] else {
      preconditionFailure("no virtual machine")
    }
    hypervisors[old].detach(card)
    hypervisors[hypervisor].attach(card)
    places[card] = .hypervisor(hypervisor)
    announce(card, after: .migration, at: now)
  }
}
