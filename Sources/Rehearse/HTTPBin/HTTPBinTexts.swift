internal import Message

/// Texts for clients to read. Ours, and not httpbin's: what a client can rely upon is their form.
enum HTTPBinTexts {
  static let page = """
    <!DOCTYPE html>
    <html>
      <head>
        <title>The lamp at the junction</title>
      </head>
      <body>
        <h1>The lamp at the junction</h1>
        <div>
          <p>
            Nobody at the station knew who trimmed the lamp. It burned green for the night mail, and the night mail ran through. It
            burned red for the coal train, and the coal train stood and hissed until the points were over.
          </p>
          <p>
            One evening it burned blue. The driver of the night mail had read the whole of the rule book, and blue was not in it. He
            stopped, climbed down, walked to the signal box and asked. &ldquo;Blue,&rdquo; said the signalman, &ldquo;means that you
            are the first one in forty years to come and ask.&rdquo;
          </p>
        </div>
      </body>
    </html>

    """

  static let slides = JSONTree.object(
    (
      "slideshow",
      .object(
        ("author", .text("The Signal Box")),
        ("date", .text("any day")),
        (
          "slides",
          .list([
            .object(("title", .text("What a status says")), ("type", .text("all"))),
            .object(
              (
                "items",
                .list([
                  .text("Who <em>may try again</em>"), .text("Who <em>had better not</em>"),
                ])
              ),
              ("title", .text("In short")), ("type", .text("all"))),
          ])
        ),
        ("title", .text("Reading signals"))
      )
    ))

  static let xml = """
    <?xml version='1.0' encoding='us-ascii'?>
    <!-- Slides, as in /json -->
    <slideshow title="Reading signals" date="any day" author="The Signal Box">
      <slide type="all">
        <title>What a status says</title>
      </slide>
      <slide type="all">
        <title>In short</title>
        <item>Who <em>may try again</em></item>
        <item/>
        <item>Who <em>had better not</em></item>
      </slide>
    </slideshow>

    """

  static let robots = """
    User-agent: *
    Disallow: /deny

    """

  static let denied = #"""
       _________________
      |  ____________  |
      | |  NO ENTRY  | |
      | |____________| |
      |________________|
             |  |
      Robots were told not to come here.

    """#

  static let payment = "The toll is one penny.\n"

  static let teapot = #"""
             _
          __(_)__
      _  /       \ __
     | \/         \  |
      \_|         |_/
        \_________/
      short and stout

    """#

  /// Texts in several scripts, for clients that have to decode UTF-8.
  static let scripts = """
    <h1>UTF-8: one text in many scripts</h1>
    <pre>
    Mathematics   ∮ E⋅da = Q,  n → ∞, ∑ f(i) = ∏ g(i), ∀x∈ℝ: ⌈x⌉ = −⌊−x⌋, α ∧ ¬β = ¬(¬α ∨ β)
    Punctuation   ‘single’ “double” „low“ «guillemets» – en — em … † ‡ • ‰ €
    Boxes         ╔══╦══╗ ┌──┬──┐ ╭──╮ ▉▊▋▌▍▎▏ ⎡⎤⎣⎦
    Greek         Το φανάρι στη διασταύρωση ήταν μπλε.
    Russian       Фонарь на перекрёстке горел синим.
    Georgian      გზაჯვარედინზე ლურჯი ფანარი ენთო.
    Hebrew        הפנס בצומת היה כחול.
    Arabic        كان المصباح عند التقاطع أزرق.
    Hindi         चौराहे की बत्ती नीली थी।
    Thai          ไฟที่สี่แยกเป็นสีน้ำเงิน
    Chinese       路口的灯是蓝色的。
    Japanese      交差点のランプは青かった。
    Korean        교차로의 등불은 파란색이었다.
    Ethiopic      መብራቱ ሰማያዊ ነበር።
    Braille       ⠃⠇⠥⠑ ⠇⠁⠍⠏
    Emoji         🚦 🔵 👩‍🔧 🇪🇺
    </pre>

    """

  /// A form that goes to `/post`, with the field names of httpbin's.
  static func form(_ ask: HTTPBinAsk) -> [UInt8] {
    let action = HTMLText.escaped(URLText.location(ask.path("/post")))
    return Array(formStart.utf8) + action + Array(formEnd.utf8)
  }

  private static let formStart = """
    <!DOCTYPE html>
    <html>
      <head>
        <title>An order</title>
      </head>
      <body>
        <form method="post" action="
    """

  private static let formEnd = """
    ">
          <p><label>Name: <input name="custname"></label></p>
          <p><label>Telephone: <input type="tel" name="custtel"></label></p>
          <p><label>Mail: <input type="email" name="custemail"></label></p>
          <fieldset>
            <legend>Size</legend>
            <p><label><input type="radio" name="size" value="small"> Small</label></p>
            <p><label><input type="radio" name="size" value="medium"> Medium</label></p>
            <p><label><input type="radio" name="size" value="large"> Large</label></p>
          </fieldset>
          <fieldset>
            <legend>With</legend>
            <p><label><input type="checkbox" name="topping" value="bacon"> Bacon</label></p>
            <p><label><input type="checkbox" name="topping" value="cheese"> Cheese</label></p>
            <p><label><input type="checkbox" name="topping" value="onion"> Onion</label></p>
            <p><label><input type="checkbox" name="topping" value="mushroom"> Mushroom</label></p>
          </fieldset>
          <p><label>When: <input type="time" min="11:00" max="21:00" step="900" name="delivery"></label></p>
          <p><label>Remarks: <textarea name="comments"></textarea></label></p>
          <p><button>Order</button></p>
        </form>
      </body>
    </html>

    """
}
