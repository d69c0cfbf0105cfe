/// 64 random bits, drawn at each start. They tell apart two machines that were given the same node id.
public struct BootID: Sendable, Hashable, BitwiseCopyable {
  public var rawValue: UInt64

  @inlinable public init(_ rawValue: UInt64) { self.rawValue = rawValue }
}
