package io.keepalive.cli.watch;

import java.io.PrintStream;
import java.util.List;

/** A table that is drawn again in place once a second, on a terminal. */
final class LiveView implements WatchView {
    private static final String ESCAPE = "\u001b[";
    private static final long PERIOD_MILLIS = 1_000;

    private final PrintStream out;
    private int linesDrawn;
    private long drawnAtMillis = -PERIOD_MILLIS;

    LiveView(PrintStream out) {
        this.out = out;
    }

    @Override
    public void died(Death death) {
        // the tally has it
    }

    @Override
    public void refresh(Summary summary) {
        long now = summary.watched().toMillis();
        if (now - drawnAtMillis >= PERIOD_MILLIS) {
            drawnAtMillis = now;
            draw(LiveTable.of(summary));
        }
    }

    private void draw(List<String> lines) {
        StringBuilder text = new StringBuilder();
        erase(text);
        lines.forEach(line -> text.append(line).append('\n'));
        linesDrawn = lines.size();
        out.print(text);
        out.flush();
    }

    private void erase(StringBuilder text) {
        if (linesDrawn > 0) {
            text.append(ESCAPE).append(linesDrawn).append('A').append(ESCAPE).append("0J");
        }
    }

    @Override
    public void end(Summary summary) {
        StringBuilder text = new StringBuilder();
        erase(text);
        SummaryText.of(summary).forEach(line -> text.append(line).append('\n'));
        out.print(text);
        out.flush();
    }
}
