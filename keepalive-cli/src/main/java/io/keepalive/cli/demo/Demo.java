package io.keepalive.cli.demo;

import io.keepalive.lab.LabException;
import io.keepalive.lab.NatLab;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Plays the story in real time.
 *
 * @param idleTimeout of the box: whole seconds, at least 3 s
 * @param standIn whether to do without the lab
 * @param withRelay whether a relay keeps the kept connection, and its program is unchanged
 * @param terminal where to show it
 */
public record Demo(Duration idleTimeout, boolean standIn, boolean withRelay, Terminal terminal) {
    private static final Duration REFRESH = Duration.ofMillis(500);
    private static final Duration SHUTDOWN = Duration.ofSeconds(1);

    /**
     * Plays it.
     *
     * @return whether it went as told
     * @throws IOException if the stand-in can't be set up, or no NAT for the relay
     * @throws InterruptedException if this thread was interrupted
     */
    public boolean run() throws IOException, InterruptedException {
        Box box = box();
        Narrator narrator = new Narrator(box, idleTimeout);
        print(narrator.prologue());
        List<String> differences;
        try (Stage stage = stage(box)) {
            differences = play(stage, narrator);
        } catch (LabException e) {
            // Ctrl-C ends the lab's processes, too, maybe before this JVM: it would be the end of this sleep.
            Thread.sleep(SHUTDOWN.toMillis());
            throw e;
        }
        terminal.out().println();
        print(differences.isEmpty() ? narrator.epilogue() : narrator.otherwise(differences));
        return differences.isEmpty();
    }

    private Stage stage(Box box) throws IOException, InterruptedException {
        return switch (box) {
            case NAT -> new LabStage(idleTimeout, false);
            case NAT_AND_RELAY -> new LabStage(idleTimeout, true);
            case PROXY -> new StandInStage(idleTimeout);
        };
    }

    private Box box() throws IOException {
        if (standIn) {
            return Box.PROXY;
        }
        Optional<String> missing = NatLab.missing();
        if (withRelay) {
            if (missing.isPresent()) {
                throw new IOException("no NAT can be set up here: " + missing.get()
                        + " (expected: Linux, as root or where users may make namespaces; ./keepalive demo runs"
                        + " anywhere)");
            }
            return Box.NAT_AND_RELAY;
        }
        missing.ifPresent(
                why -> print(List.of("No NAT can be set up here: " + why, "A small proxy stands in for it.")));
        return missing.isEmpty() ? Box.NAT : Box.PROXY;
    }

    private List<String> play(Stage stage, Narrator narrator) throws InterruptedException {
        Story story = new Story(narrator.box(), idleTimeout);
        Renderer renderer = terminal.live()
                ? new LiveRenderer(
                        terminal.out(), new Screen(narrator, new Look(terminal.unicode(), terminal.colour())))
                : new PlainRenderer(terminal.out(), narrator);
        // Ctrl-C ends the JVM; the lab ends with it.
        Thread restore = new Thread(renderer::close);
        Runtime.getRuntime().addShutdownHook(restore);
        try (renderer) {
            while (!story.isOver()) {
                Facts facts = stage.look();
                List<Event> news = story.observe(facts);
                renderer.show(story.scene(facts), news);
                story.cue(facts).ifPresent(stage::write);
                Thread.sleep(REFRESH.toMillis());
            }
        }
        Runtime.getRuntime().removeShutdownHook(restore);
        return story.differences();
    }

    /** A blank line after each paragraph. */
    private void print(List<String> paragraph) {
        PrintStream out = terminal.out();
        paragraph.forEach(out::println);
        out.println();
    }
}
