package io.keepalive.cli.watch;

import java.io.PrintStream;

/** An object a line for each death, and one for the summary. */
final class JsonView implements WatchView {
    private static final int FLUSH_CHARS = 16 * 1024;

    private final PrintStream out;
    private final StringBuilder buffer = new StringBuilder();

    JsonView(PrintStream out) {
        this.out = out;
    }

    @Override
    public void died(Death death) {
        DeathJson.append(buffer, death);
        buffer.append('\n');
        if (buffer.length() > FLUSH_CHARS) {
            flush();
        }
    }

    @Override
    public void refresh(Summary summary) {
        flush();
    }

    @Override
    public void end(Summary summary) {
        buffer.append(DeathJson.summary(summary)).append('\n');
        flush();
    }

    private void flush() {
        if (!buffer.isEmpty()) {
            out.print(buffer);
            out.flush();
            buffer.setLength(0);
        }
    }
}
