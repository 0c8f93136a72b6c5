package io.keepalive.cli.demo;

import java.io.PrintStream;
import java.util.List;

/** Draws the screen over and over in place. Thread-safe: a shutdown hook may close it. */
final class LiveRenderer implements Renderer {
    private static final String ESC = "\033[";
    private static final String HIDE_CURSOR = ESC + "?25l";
    private static final String SHOW_CURSOR = ESC + "?25h";
    /** A line too long for a narrow terminal is cut then, where it would push the others down. */
    private static final String NO_WRAP = ESC + "?7l";

    private static final String WRAP = ESC + "?7h";
    private static final String ERASE_TO_END_OF_LINE = ESC + "K";

    private final PrintStream out;
    private final Screen screen;
    private int drawn;
    private boolean closed;

    LiveRenderer(PrintStream out, Screen screen) {
        this.out = out;
        this.screen = screen;
        out.print(HIDE_CURSOR + NO_WRAP);
        out.flush();
    }

    @Override
    public synchronized void show(Scene scene, List<Event> news) {
        if (closed) {
            return;
        }
        List<String> lines = screen.draw(scene);
        StringBuilder frame = new StringBuilder(drawn == 0 ? "" : ESC + drawn + "A");
        lines.forEach(line ->
                frame.append('\r').append(line).append(ERASE_TO_END_OF_LINE).append('\n'));
        drawn = lines.size();
        out.print(frame);
        out.flush();
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            out.print(WRAP + SHOW_CURSOR);
            out.flush();
        }
    }
}
