/// The program's side of the comparisons with its peers, one measurement a command.
let arguments = Array(CommandLine.arguments.dropFirst())
let numbers = arguments.dropFirst().compactMap { Int($0) }.filter { $0 >= 0 }

switch (arguments.first, numbers.count) {
case ("hold", 2): hold(pending: numbers[0], events: numbers[1])
case ("mm1", 1): mm1(customers: numbers[0])
case ("draws", 1): draws(count: numbers[0])
case ("farm", 2): farm(nodes: numbers[0], packets: numbers[1])
case ("heartbeats", 3): heartbeats(nodes: numbers[0], simulated: numbers[1], jitter: numbers[2])
case ("flows", 1): flows(count: numbers[0])
case ("web", 1): web(rate: numbers[0])
case ("scenario", _) where arguments.count == 2: scenario(path: arguments[1])
default:
  fail(
    """
    usage: farmsim-bench hold PENDING EVENTS | mm1 CUSTOMERS | draws COUNT | farm NODES PACKETS
           | heartbeats NODES SECONDS JITTER_US | flows COUNT | web RATE | scenario FILE
    """)
}
