/// The program's side of the comparisons with its peers, one measurement a command.
let arguments = Array(CommandLine.arguments.dropFirst())
let numbers = arguments.dropFirst().compactMap { Int($0) }.filter { $0 > 0 }

switch (arguments.first, numbers.count) {
case ("hold", 2): hold(pending: numbers[0], events: numbers[1])
case ("draws", 1): draws(count: numbers[0])
case ("farm", 2): farm(nodes: numbers[0], packets: numbers[1])
case ("flows", 1): flows(count: numbers[0])
case ("web", 1): web(rate: numbers[0])
default:
  fail("usage: farmsim-bench hold PENDING EVENTS | draws COUNT | farm NODES PACKETS | flows COUNT | web RATE")
}
