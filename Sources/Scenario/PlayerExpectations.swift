internal import Glibc
internal import Record
internal import Serve

// What has to come, and what has to stand in the records.
extension Player {
  // MARK: Answers

  func expect(
    _ side: ClientSide, _ notation: Notation, _ lines: Range<Int>, _ line: Int
  ) throws {
    if isRecording {
      try record(side, notation, lines, line)
      return
    }
    while true {
      switch Matcher.match(notation, side.client.received, from: side.position, &known) {
      case .matched(let end, let id):
        take(side, upTo: end, id: id, headOnly: notation.endsInMore, line)
        return
      case .needsMore:
        let most = notation.endsInMore ? 1024 : 64 << 10
        guard side.client.receiveMore(atMost: most) else {
          let came = NotationWriter.text(side.client.received[side.position...].suffix(80))
          fail(line, "more was expected; what came ends in \"\(came)\"")
          return
        }
      case .mismatch(let offset, let expected):
        let received = side.client.received
        let row = received[side.position..<offset].count(where: { $0 == 0x0A })
        let came = NotationWriter.text(received[offset...].prefix(60))
        fail(line + row, "byte \(offset): \(expected) was expected, and \"\(came)\" came")
        showReceived(side, upTo: received.count)
        return
      }
    }
  }

  /// Takes what really came as what is to be expected. What comes as it is written stays so: its placeholders may say more than bytes.
  private func record(
    _ side: ClientSide, _ notation: Notation, _ lines: Range<Int>, _ line: Int
  ) throws {
    let request = side.nextRequest
    if !notation.endsInMore {
      settle()
      side.client.receiveAvailable()
      if case .matched(let end, let id) = Matcher.match(
        notation, side.client.received, from: side.position, &known)
      {
        return take(side, upTo: end, id: id, headOnly: false, line)
      }
    }
    while true {
      let found = AnswerReader.read(
        side.client.received, from: side.position, method: request.method,
        isHTTP10: request.isHTTP10, ended: side.client.end != nil, headOnly: notation.endsInMore)
      switch found {
      case .answer(let answer):
        return record(side, upTo: answer.end, notation, lines, line)
      case .incomplete
      where side.client.receiveMore(
        atMost: notation.endsInMore ? 1024 : 64 << 10):
        continue
      case .incomplete, .unreadable:
        // An answer that is broken on purpose, as far as it came
        settle()
        side.client.receiveAvailable()
        let count = side.client.received.count
        guard count > side.position else { return fail(line, "nothing came") }
        return record(side, upTo: count, notation, lines, line)
      }
    }
  }

  private func record(
    _ side: ClientSide, upTo end: Int, _ notation: Notation, _ lines: Range<Int>, _ line: Int
  ) {
    let bytes = Array(side.client.received[side.position..<end])
    let written = recording.add(bytes, of: notation, at: lines)
    // Matched again, so that what is remembered is
    if case .matched(let end, let id) = Matcher.match(
      written, side.client.received, from: side.position, &known)
    {
      take(side, upTo: end, id: id, headOnly: notation.endsInMore, line)
    } else {
      fail(line, "the bytes that came cannot be written down")
    }
  }

  private func take(
    _ side: ClientSide, upTo end: Int, id: [UInt8]?, headOnly: Bool, _ line: Int
  ) {
    let request = side.nextRequest
    let found = AnswerReader.read(
      side.client.received, from: side.position, method: request.method,
      isHTTP10: request.isHTTP10, ended: true, headOnly: headOnly)
    if case .answer(let answer) = found {
      if answer.status >= 200 { side.answered() }
      play.answers.append(answer)
      for complaint in inspect?(answer) ?? [] { fail(line, complaint) }
    }
    showReceived(side, upTo: end)
    side.position = end
    side.isCutOff = headOnly
    if let id { side.lastID = String(decoding: id, as: UTF8.self) }
  }

  private func showReceived(_ side: ClientSide, upTo end: Int) {
    play.events.append(
      .received(
        side.client.name, Array(side.client.received[side.position..<end]), offset: side.position))
  }

  // MARK: Ends and records

  func expect(_ side: ClientSide, _ end: ConnectionEnd, _ line: Int) throws {
    settle()
    if end == .open {
      side.client.receiveAvailable()
      guard side.client.end == nil else { return fail(line, "the connection has ended") }
      return checkNothingMore(side, line)
    }
    while side.client.receiveMore() {}
    if side.client.end == nil { return fail(line, "the server leaves the connection open") }
    if !side.isCutOff { checkNothingMore(side, line) }
    let isReset = side.client.end == .reset
    if isReset != (end == .reset) {
      fail(line, "the server has \(isReset ? "reset" : "closed") the connection")
    }
    play.events.append(.ended(side.client.name, isReset: isReset))
  }

  private func checkNothingMore(_ side: ClientSide, _ line: Int) {
    guard side.client.received.count > side.position, !side.isCutOff else { return }
    let rest = NotationWriter.text(side.client.received[side.position...].prefix(80))
    fail(line, "nothing more was expected, and \"\(rest)\" came")
  }

  func checkNothingIsLeft() {
    settle()
    for side in clients.values {
      side.client.receiveAvailable()
      checkNothingMore(side, scenario.steps.last?.line ?? 1)
    }
  }

  func records() -> [RecordedExchange] {
    Workspace.read(workspace.state + "/journal").split(separator: 0x0A).compactMap {
      try? JSONRecord.read(Array($0))
    }
  }

  func expectRecord(
    _ choice: RecordChoice, _ members: [ExpectedMember], _ line: Int
  ) throws {
    var id: String?
    if case .answer(let name) = choice {
      id = try client(name).lastID
      if id == nil {
        return fail(line, "no answer with an id came here; `expect newest record` needs none")
      }
    }
    settle()
    var all = records()
    var record = pick(all, id)
    // On a busy machine the kernel may bring a close or a reset to the server only a moment later
    for _ in 0..<400 where record == nil {
      _ = poll(nil, 0, 5)
      settle()
      all = records()
      record = pick(all, id)
    }
    guard let record else {
      let causes = all.map { $0.cause ?? $0.outcome ?? "?" }.joined(separator: ", ")
      return fail(line, "there is no such record; those there are: \(causes)")
    }
    usedRecords.insert(record.id.description)
    for member in members {
      if let complaint = RecordCheck.complaint(member, record) { fail(member.line, complaint) }
    }
  }

  /// The record with an id, or the newest that no step has looked at.
  private func pick(_ all: [RecordedExchange], _ id: String?) -> RecordedExchange? {
    all.last { record in
      let name = record.id.description
      return id.map { name == $0 } ?? !usedRecords.contains(name)
    }
  }

  func expectCounter(_ name: String, _ value: String, _ line: Int) {
    settle()
    let answer = server.stateFolder.flatMap { ControlClient.ask("prometheus", folder: $0) } ?? ""
    guard
      let row = answer.split(separator: "\n").first(where: { $0.hasPrefix(name + " ") })
    else { return fail(line, "the server counts nothing of this name") }
    let counted = row.dropFirst(name.count + 1)
    if counted != value { fail(line, "\(name) is \(counted)") }
  }
}
