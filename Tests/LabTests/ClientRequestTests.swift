import Engine
import Testing

@testable import Lab

/// Which answers belong to a question. A node whose link comes back sends what it could not send before.
@Suite struct ClientRequestTests {
  private let request = ClientRequest(number: 0x3_200c, sent: 0, purpose: .probe(GroupID(0), Bucket(62)))

  @Test func anAnswerCarriesTheNumberOfItsQuestion() {
    #expect(request.isAnswered(by: [1, 0, 0, 0, 0, 0, 3, 0x20, 0x0c]))
    #expect(request.isAnswered(by: [1, 0, 0, 0, 0, 0, 3, 0x20, 0x0c, 7, 7]))
  }

  @Test func anAnswerToAnEarlierQuestionOfTheClientIsNone() {
    #expect(!request.isAnswered(by: [0, 0, 0, 0, 0, 0, 3, 0x1e, 0xbf]))
  }

  @Test func anAnswerTooShortForANumberCounts() {
    #expect(request.isAnswered(by: [1]) && request.isAnswered(by: [1, 9, 9]))
  }
}
