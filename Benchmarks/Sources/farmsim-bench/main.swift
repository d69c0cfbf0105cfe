/// The program's side of the comparisons with its peers: `farmsim-bench hold PENDING EVENTS`, and so on.
let arguments = Array(CommandLine.arguments.dropFirst())
let numbers = arguments.dropFirst().compactMap { Int($0) }

switch (arguments.first, numbers.count) {
case ("hold", 2): hold(pending: numbers[0], events: numbers[1])
default: fail("usage: farmsim-bench hold PENDING EVENTS")
}
