package io.keepalive.cli.demo;

import static io.keepalive.cli.demo.Samples.SILENT;
import static io.keepalive.cli.demo.Samples.TIMEOUT;
import static io.keepalive.cli.demo.Samples.at;
import static io.keepalive.cli.demo.Samples.forgotten;
import static io.keepalive.cli.demo.Samples.known;
import static io.keepalive.cli.demo.Samples.log;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScreenTest {
    private static final Narrator NARRATOR = new Narrator(Box.NAT, TIMEOUT);
    private static final Screen ASCII = new Screen(NARRATOR, new Look(false, false));
    private static final ClientLog WROTE = log("sent plain");

    @Test
    void shouldShowBothConnectionsSideBySide() {
        Story story = new Story(Box.NAT, TIMEOUT);
        Facts facts = at(9, forgotten(SILENT), known(5, 2, SILENT));
        story.observe(facts);

        assertThat(ASCII.draw(story.scene(facts)))
                .startsWith(
                        " +- plain ----------------------------+ +- kept -----------------------------+",
                        " | NAT       FORGOTTEN                | | NAT       ##########......  5 s    |",
                        " | idle      9 s                      | | idle      9 s                      |",
                        " | refreshed never                    | | refreshed 2x by a probe            |",
                        " | client    ESTABLISHED              | | client    ESTABLISHED              |",
                        " | server    ESTABLISHED              | | server    ESTABLISHED              |",
                        " | kernel    6 bytes resent 5x        | | kernel    next probe in 3 s        |",
                        " +------------------------------------+ +------------------------------------+",
                        "",
                        "  The NAT has forgotten the plain one. Neither client nor server can know.",
                        "",
                        "   9.0 s  plain  FORGOTTEN: the NAT has dropped it, and told neither end")
                .as("refreshes are for the panels only")
                .noneMatch(line -> line.contains("probe 2"));
    }

    @Test
    void shouldKeepItsSizeWhateverHappens() {
        for (Box box : Box.values()) {
            Screen screen = new Screen(new Narrator(box, TIMEOUT), new Look(true, false));
            for (Scene scene : wholeStory(box)) {
                List<String> lines = screen.draw(scene);
                assertThat(lines).hasSize(17).allMatch(line -> line.length() < 80);
            }
        }
    }

    @Test
    void shouldColourWithoutMovingAnything() {
        Screen coloured = new Screen(NARRATOR, new Look(false, true));
        for (Scene scene : wholeStory(Box.NAT)) {
            List<String> bare = coloured.draw(scene).stream()
                    .map(line -> line.replaceAll("\033\\[\\d+m", ""))
                    .toList();
            assertThat(coloured.draw(scene)).isNotEqualTo(bare);
            assertThat(bare).isEqualTo(ASCII.draw(scene));
        }
    }

    @Test
    void shouldDrawInPlaceAndRestoreTheTerminal() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(bytes, false, StandardCharsets.UTF_8);
        Scene scene = wholeStory(Box.NAT).get(0);
        Renderer renderer = new LiveRenderer(out, ASCII);
        renderer.show(scene, List.of());
        renderer.show(scene, List.of());
        renderer.close();
        renderer.show(scene, List.of());
        renderer.close();

        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .startsWith("\033[?25l\033[?7l\r +- plain")
                .containsOnlyOnce("\033[17A\r +- plain")
                .endsWith("\033[?7h\033[?25h");
    }

    @Test
    void shouldTellEveryEventOnLinesOfItsOwnWhenNotOnATerminal() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Story story = new Story(Box.NAT, TIMEOUT);
        try (Renderer renderer = new PlainRenderer(new PrintStream(bytes, false, StandardCharsets.UTF_8), NARRATOR)) {
            for (Facts facts : plot()) {
                List<Event> news = story.observe(facts);
                renderer.show(story.scene(facts), news);
                story.cue(facts);
            }
        }

        assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
                .containsExactly(
                        "   4.0 s  kept   probe 1: good for another 8 s",
                        "   8.5 s  plain  FORGOTTEN: the NAT has dropped it, and told neither end",
                        "  17.0 s  plain  writes a line, after 17 s of idleness: the kernel says OK",
                        "  33.0 s  plain  VANISHED: no answer for 16 s, no error, the server got nothing",
                        "                 both ends' sockets: still ESTABLISHED; 6 bytes resent 5x",
                        "  40.5 s  kept   writes a line, after 40 s of idleness: the kernel says OK",
                        "  40.5 s  kept   ANSWERED in 1.5 ms");
    }

    @Test
    void shouldFitPrologueAndEpilogueIntoATerminal() {
        for (Box box : Box.values()) {
            Narrator narrator = new Narrator(box, TIMEOUT);
            assertThat(narrator.prologue()).allMatch(line -> line.matches("[ -~]{0,79}"));
            assertThat(narrator.epilogue())
                    .allMatch(line -> line.matches("[ -~]{0,79}"))
                    .contains("  text   outliving=4m   (idle=120s,interval=30s,count=8)");
        }
    }

    private static List<Facts> plot() {
        ClientLog answered = log("sent plain", "answer plain 1500000");
        return List.of(
                at(0, known(7, 0, SILENT), known(7, 0, SILENT)),
                at(4, known(3, 0, SILENT), known(7, 1, SILENT)),
                at(8.5, forgotten(SILENT), known(3, 1, SILENT)),
                at(17, forgotten(WROTE), known(3, 1, SILENT)),
                at(33, forgotten(WROTE), known(3, 1, SILENT)),
                at(40, forgotten(WROTE), known(3, 1, SILENT)),
                at(40.5, forgotten(WROTE), known(7, 3, answered)));
    }

    private static List<Scene> wholeStory(Box box) {
        Story story = new Story(box, TIMEOUT);
        return plot().stream()
                .map(facts -> {
                    story.observe(facts);
                    story.cue(facts);
                    return story.scene(facts);
                })
                .toList();
    }
}
