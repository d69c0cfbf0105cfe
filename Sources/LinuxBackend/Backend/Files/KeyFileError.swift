/// Why a key file cannot be used; its description is one line for the operator.
public enum KeyFileError: Error, Sendable, Hashable, CustomStringConvertible {
  case unreadable(String, reason: String)
  case noFile(String)
  /// Its mode lets others read, write or run it.
  case exposed(String, mode: UInt32)
  case foreignOwner(String, owner: UInt32)
  case noKey(String)
  case short(String, bytes: Int)
  /// One byte, repeated: nobody has put a key there yet.
  case constant(String)
  case cannotCreate(String, reason: String)

  public var description: String {
    switch self {
    case .unreadable(let path, let reason): "\(path): cannot be read: \(reason)"
    case .noFile(let path): "\(path): not a regular file"
    case .exposed(let path, let mode):
      "\(path): mode is \(octal(mode)), so others than its owner can get at the key; run 'chmod 600 \(path)'"
    case .foreignOwner(let path, let owner):
      "\(path): belongs to user \(owner); expected root or the user that runs farmd"
    case .noKey(let path): "\(path): no key in it; expected hexadecimal digits or base64"
    case .short(let path, let bytes):
      "\(path): a key of \(bytes) bytes; expected at least \(KeyFile.minimumBytes) random bytes"
    case .constant(let path): "\(path): one byte repeated is no key; expected random bytes"
    case .cannotCreate(let path, let reason): "\(path): cannot be created: \(reason)"
    }
  }

  private func octal(_ mode: UInt32) -> String { "0" + String(mode, radix: 8) }
}
