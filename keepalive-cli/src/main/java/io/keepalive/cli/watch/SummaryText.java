package io.keepalive.cli.watch;

import io.keepalive.Middlebox;
import io.keepalive.cli.watch.IdleTimeoutFinding.Interval;
import io.keepalive.internal.DurationText;
import io.keepalive.loss.LossCause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The report at the end, fit to be sent to those who run the network. Pure. */
final class SummaryText {
    private static final int MOST_DESTINATIONS = 20;

    private final List<String> lines = new ArrayList<>();

    private SummaryText() {}

    static List<String> of(Summary summary) {
        SummaryText text = new SummaryText();
        text.head(summary);
        List<Map.Entry<DestinationKey, Destination>> destinations =
                summary.tally().destinations();
        destinations.stream()
                .limit(MOST_DESTINATIONS)
                .forEach(entry -> text.destination(entry.getKey(), entry.getValue()));
        if (destinations.size() > MOST_DESTINATIONS) {
            text.lines.add("");
            text.lines.add((destinations.size() - MOST_DESTINATIONS) + " more destinations; --json lists them");
        }
        return text.lines;
    }

    private void head(Summary summary) {
        Tally tally = summary.tally();
        lines.add(count(tally.deaths(), "connection") + " ended in "
                + DurationText.format(
                        Duration.ofSeconds(Math.max(1, summary.watched().toSeconds()))) + ", "
                + summary.open() + " are open");
        if (summary.overruns() > 0) {
            lines.add("INCOMPLETE: the kernel dropped notifications " + count(summary.overruns(), "time")
                    + "; what dumps saw of those connections is counted with low confidence");
        }
        if (summary.untracked() > 0) {
            lines.add("INCOMPLETE: too many connections were open; " + summary.untracked()
                    + " times one was left out of a dump");
        }
        if (tally.deathsElsewhere() > 0) {
            lines.add(tally.deathsElsewhere() + " ended to destinations beyond the first " + Tally.MOST_DESTINATIONS);
        }
    }

    private void destination(DestinationKey key, Destination destination) {
        lines.add("");
        lines.add(key + ": " + count(destination.deaths(), "connection") + " ended");
        destination.causes().entrySet().stream()
                .sorted(Map.Entry.<LossCause, Integer>comparingByValue().reversed())
                .forEach(entry -> lines.add(String.format(
                        "  %6d  %-16s %s",
                        entry.getValue(), entry.getKey(), entry.getKey().description())));
        if (destination.lowConfidence() > 0) {
            lines.add("  " + destination.lowConfidence() + " of them with low confidence");
        }
        IdleTimeoutFinding finding = IdleTimeoutFinding.of(destination);
        finding.interval().ifPresent(interval -> interval(interval, destination, finding.boxes()));
        finding.closesAfter().ifPresent(silence -> {
            lines.add("  The peer or a proxy closes after " + seconds(silence) + " without data.");
            boxes(finding.boxes());
            lines.add("  Probes do not prevent that; an application heartbeat does.");
        });
    }

    private void interval(Interval interval, Destination destination, FittingBoxes boxes) {
        lines.add("  A box forgets idle connections: longest silence survived "
                + (interval.longestSurvived().isZero() ? "none seen" : seconds(interval.longestSurvived()))
                + ", shortest that killed " + seconds(interval.shortestKilled()) + ".");
        if (destination.contradictedGaps() > 0) {
            lines.add("  " + destination.contradictedGaps()
                    + " died after less silence than others survived: the path was cut, or the peer went down.");
        }
        boxes(boxes);
        Duration outlive = interval.longestSurvived().isZero() ? interval.shortestKilled() : interval.longestSurvived();
        if (outlive.toSeconds() >= 3) {
            lines.add("  To outlive it: keepalive explain outliving=" + outlive.toSeconds() + "s");
        }
    }

    private void boxes(FittingBoxes boxes) {
        lines.add("  Boxes of the catalogue that fit by default: " + names(boxes.byDefault())
                + (boxes.bySetting().isEmpty() ? "" : "; if set so: " + names(boxes.bySetting())));
    }

    private static String names(List<Middlebox> boxes) {
        return boxes.isEmpty() ? "none" : boxes.stream().map(Middlebox::text).collect(Collectors.joining(", "));
    }

    private static String seconds(Duration duration) {
        return DeathCause.seconds(duration.toMillis());
    }

    private static String count(long number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }
}
