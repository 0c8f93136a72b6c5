package io.keepalive;

import io.keepalive.internal.KernelTime;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A policy as a time line in text: {@link KeepAlive#explain()}. */
final class PolicyExplanation {
    /** Up to so many probes are listed one by one. */
    private static final long LISTED = 8;

    /** Of probes without a known end so many. */
    private static final long LISTED_OF_ENDLESS = 3;

    private final KeepAlive policy;
    private final @Nullable Duration idleTimeout;
    private final @Nullable Middlebox box;
    private final StringBuilder text = new StringBuilder();
    private boolean boxIsDrawn;

    private PolicyExplanation(KeepAlive policy, @Nullable Duration idleTimeout, @Nullable Middlebox box) {
        this.policy = policy;
        this.idleTimeout = idleTimeout;
        this.box = box;
    }

    /** The time line, with a box if an idle timeout is given, and with what is known of it if it is a known one. */
    static String of(KeepAlive policy, @Nullable Duration idleTimeout, @Nullable Middlebox box) {
        return new PolicyExplanation(policy, idleTimeout, box).draw();
    }

    private String draw() {
        line(policy.toString());
        at(seconds(Duration.ZERO), "", "last segment from the peer");
        if (policy.isOn()) {
            drawProbes();
        }
        policy.detectionTime().ifPresent(nominal -> {
            drawBoxBefore(nominal);
            at(
                    seconds(nominal),
                    seconds(policy.detectionTimeAtMost().orElseThrow()),
                    "declared dead, and the program knows");
        });
        drawBoxBefore(null);
        if (policy.isOn()) {
            sayWhatIsLeftOpen();
        } else {
            line("No probes: a dead connection goes unnoticed until data is sent.");
        }
        sayWhatHappensToData();
        sayWhetherItOutlives();
        return text.toString();
    }

    private void drawProbes() {
        if (policy.idle().isEmpty()) {
            at("", "", "probes, from the operating system's idle time on");
            return;
        }
        long idle = KernelTime.wholeSeconds(policy.idle().orElseThrow());
        if (policy.interval().isEmpty()) {
            drawProbe(1, idle);
            at("", "", "more probes, at the operating system's interval");
            return;
        }
        long interval = KernelTime.wholeSeconds(policy.interval().orElseThrow());
        long probes = policy.detectionTime()
                .map(death -> (death.toSeconds() - idle) / interval)
                .orElse(LISTED_OF_ENDLESS);
        long previous = 0;
        for (long probe : listed(idle, interval, probes)) {
            if (probe > previous + 1) {
                at("", "", "... " + (probe - previous - 1) + " more, every " + interval + "s");
            }
            drawProbe(probe, idle + (probe - 1) * interval);
            previous = probe;
        }
        if (policy.detectionTime().isEmpty()) {
            at("", "", "... and so on, every " + interval + "s, as often as the operating system says");
        }
    }

    /** All, if they are few; otherwise the first, the last, and those next to the box's deadline. */
    private Iterable<Long> listed(long idle, long interval, long probes) {
        Stream<Long> wanted = probes <= LISTED
                ? Stream.iterate(1L, probe -> probe + 1).limit(probes)
                : Stream.of(1L, 2L, 3L, probes - 1, probes);
        TreeSet<Long> listed = wanted.collect(Collectors.toCollection(TreeSet::new));
        if (idleTimeout != null && idleTimeout.toSeconds() >= idle) {
            long before = 1 + (idleTimeout.toSeconds() - idle) / interval;
            if (before <= probes) {
                listed.add(before);
                listed.add(Math.min(before + 1, probes));
            }
        }
        return listed;
    }

    private void drawProbe(long probe, long nominalSeconds) {
        Duration nominal = Duration.ofSeconds(nominalSeconds);
        drawBoxBefore(nominal);
        at(seconds(nominal), seconds(KernelTime.late(nominal)), "probe " + probe);
    }

    /** Draws the box's deadline, once, if its place is before an event; null is the end of the line. */
    private void drawBoxBefore(@Nullable Duration event) {
        if (idleTimeout != null && !boxIsDrawn && (event == null || event.compareTo(idleTimeout) > 0)) {
            at(seconds(idleTimeout), "", boxName() + " forgets the flow unless refreshed");
            boxIsDrawn = true;
        }
    }

    private void sayWhatIsLeftOpen() {
        List<String> unset = Stream.of(
                        policy.idle().isEmpty() ? "idle" : "",
                        policy.interval().isEmpty() ? "interval" : "",
                        policy.count().isEmpty() && policy.userTimeout().isEmpty() ? "count" : "")
                .filter(name -> !name.isEmpty())
                .toList();
        if (!unset.isEmpty()) {
            line("Left to the operating system: " + String.join(", ", unset) + ". A report knows what a socket holds.");
        }
    }

    private void sayWhatHappensToData() {
        line(policy.userTimeout()
                .map(limit -> "Sent data may stay unacknowledged for " + seconds(limit)
                        + " (user timeout, which overrides the count).")
                .orElse("Unacknowledged data is not probed: the system's own limit holds, some 15 min on Linux."));
    }

    private void sayWhetherItOutlives() {
        if (idleTimeout == null) {
            return;
        }
        if (box != null && box.refreshedBy() != Middlebox.Refresh.ANY_SEGMENT) {
            line("Does not outlive " + boxName() + ": it counts "
                    + box.refreshedBy().description() + " only, whatever the policy.");
            line("Send an application heartbeat more often than every " + seconds(idleTimeout) + ".");
        } else if (policy.idle().isEmpty() || !policy.isOn()) {
            line("Does not outlive " + boxName() + " for sure: "
                    + (policy.isOn() ? "idle is left to the operating system." : "it sends no probes."));
        } else {
            judge(policy.idle().orElseThrow(), idleTimeout);
        }
    }

    private void judge(Duration idle, Duration timeout) {
        Duration arrival = KernelTime.latestAtBox(Duration.ofSeconds(KernelTime.wholeSeconds(idle)));
        if (policy.outlives(timeout)) {
            line("Outlives " + boxName() + ": probe 1 is there by " + seconds(arrival) + ", "
                    + seconds(timeout.minus(arrival)) + " to spare.");
            line("Probes surely there in time, if none is answered: " + policy.probesWithin(timeout) + ".");
            return;
        }
        line("Does not outlive " + boxName() + ": probe 1 may be there as late as " + seconds(arrival) + ".");
        long longest = KernelTime.latestProbeFor(timeout);
        line("That is " + seconds(arrival.minus(timeout)) + " too late; "
                + (longest < 1
                        ? "no whole second is short enough: send an application heartbeat."
                        : "idle=" + longest + "s would just do."));
    }

    private String boxName() {
        return box != null ? box.text() : "a box of " + seconds(idleTimeout);
    }

    private void at(String nominal, String latest, String event) {
        line(String.format(Locale.ROOT, "%9s %s %-9s  %s", nominal, latest.isEmpty() ? " " : "-", latest, event));
    }

    private void line(String line) {
        text.append(line.stripTrailing()).append('\n');
    }

    /** Seconds with the decimals that they have, three at most, rounded up. */
    private static String seconds(@Nullable Duration duration) {
        if (duration == null) {
            return "";
        }
        return BigDecimal.valueOf(duration.getSeconds())
                        .add(BigDecimal.valueOf(duration.getNano(), 9))
                        .setScale(3, RoundingMode.CEILING)
                        .stripTrailingZeros()
                        .toPlainString()
                + "s";
    }
}
