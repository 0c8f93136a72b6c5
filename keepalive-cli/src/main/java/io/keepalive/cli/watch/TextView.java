package io.keepalive.cli.watch;

import java.io.PrintStream;
import java.time.LocalTime;
import java.time.ZoneId;

/** A line for each death, and the report at the end. */
final class TextView implements WatchView {
    private final PrintStream out;

    TextView(PrintStream out) {
        this.out = out;
    }

    @Override
    public void died(Death death) {
        out.println(DeathText.line(LocalTime.now(ZoneId.systemDefault()), death));
    }

    @Override
    public void refresh(Summary summary) {
        out.flush();
    }

    @Override
    public void end(Summary summary) {
        out.println();
        SummaryText.of(summary).forEach(out::println);
        out.flush();
    }
}
