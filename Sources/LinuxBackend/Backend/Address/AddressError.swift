/// Why the shared address cannot be put on this host, as one line for the operator.
public struct AddressError: Error, Sendable, Hashable, CustomStringConvertible {
  public var message: String

  public init(_ message: String) { self.message = message }

  public var description: String { message }
}
