/// A value that a C callback fills in through its `void *`.
final class Box<Value> {
  var value: Value
  init(_ value: Value) { self.value = value }

  /// The argument for the callback; valid while the box lives.
  var pointer: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

  static func at(_ pointer: UnsafeMutableRawPointer?) -> Box {
    Unmanaged<Box>.fromOpaque(pointer!).takeUnretainedValue()
  }
}
