/// The one line that answers a ``ControlRequest``: `{"ok":true,"status":{…}}` or `{"error":"…","ok":false}`.
public struct ControlReply: Codable, Sendable, Hashable {
  public var ok: Bool
  /// Why the request was refused, in one line.
  public var error: String?
  /// What was done, in one line.
  public var message: String?
  public var status: StatusReport?

  init(status: StatusReport) { (ok, self.status) = (true, status) }
  init(message: String) { (ok, self.message) = (true, message) }
  init(error: String) {
    // A line break inside would be escaped in JSON, but people read the text too.
    (ok, self.error) = (false, error.split(whereSeparator: \.isNewline).joined(separator: " "))
  }
}
