/// Something that the model of a product takes for granted because nothing published says it.
///
/// A report that rests on a model prints its assumptions by number.
public struct Assumption: Sendable, Hashable {
  /// Its number among those of all products. It never changes its meaning.
  public let number: Int
  /// One sentence, with the value that is taken.
  public let text: String

  public init(_ number: Int, _ text: String) {
    self.number = number
    self.text = text
  }
}
