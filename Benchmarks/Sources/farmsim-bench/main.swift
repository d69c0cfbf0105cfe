/// The program's side of the comparisons with its peers: `farmsim-bench hold PENDING EVENTS`, and so on.
let arguments = Array(CommandLine.arguments.dropFirst())
let numbers = arguments.dropFirst().compactMap { Int($0) }

switch (arguments.first, numbers.count) {
case ("hold", 2): hold(pending: numbers[0], events: numbers[1])
case ("farm", 2): farm(nodes: numbers[0], packets: numbers[1])
case ("flows", 1): flows(count: numbers[0])
case ("web", 1): web(rate: numbers[0])
default: fail("usage: farmsim-bench hold PENDING EVENTS | farm NODES PACKETS | flows COUNT | web RATE")
}
