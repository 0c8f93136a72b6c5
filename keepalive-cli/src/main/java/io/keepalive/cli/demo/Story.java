package io.keepalive.cli.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The plot. With the box's idle timeout T: both connections are idle; the box forgets the plain one; at 2 T that one
 * writes, and nothing comes back; at 5 T the kept one writes, and is answered.
 *
 * <p>It knows facts only, no clock and no socket. After each {@link #observe} come {@link #cue}, {@link #scene} and
 * {@link #isOver}. Not thread-safe.
 */
final class Story {
    /** For what happens at once: generous, since the machine may be busy. */
    private static final Duration SOON = Duration.ofSeconds(5);

    private final Box box;
    private final Duration idleTimeout;
    private final Both<Track> tracks = Both.each(Track::new);
    private final List<Event> events = new ArrayList<>();
    private final List<String> differences = new ArrayList<>();

    Story(Box box, Duration idleTimeout) {
        this.box = box;
        this.idleTimeout = idleTimeout;
    }

    /** What has happened since the last look. */
    List<Event> observe(Facts facts) {
        int known = events.size();
        for (Side side : Side.values()) {
            tracks.of(side).observe(facts.elapsed(), facts.connections().of(side));
        }
        compare(facts.elapsed());
        return List.copyOf(events.subList(known, events.size()));
    }

    /** Who has to write now; each side is called once. */
    Optional<Side> cue(Facts facts) {
        if (isOver()) {
            return Optional.empty();
        }
        Track plain = tracks.plain();
        if (plain.askedAt.isEmpty() && plain.forgotten && hasPassed(2, facts)) {
            plain.askedAt = Optional.of(facts.elapsed());
            return Optional.of(Side.PLAIN);
        }
        Track kept = tracks.kept();
        if (kept.askedAt.isEmpty() && plain.unanswered && hasPassed(5, facts)) {
            kept.askedAt = Optional.of(facts.elapsed());
            return Optional.of(Side.KEPT);
        }
        return Optional.empty();
    }

    boolean isOver() {
        return tracks.kept().answeredAt.isPresent() || !differences.isEmpty();
    }

    /** Where reality left the plot; empty if nowhere. */
    List<String> differences() {
        return List.copyOf(differences);
    }

    Scene scene(Facts facts) {
        return new Scene(
                box,
                idleTimeout,
                facts,
                Both.each(side -> tracks.of(side).view(facts.elapsed())),
                List.copyOf(events),
                isOver());
    }

    private boolean hasPassed(int timeouts, Facts facts) {
        return facts.elapsed().compareTo(idleTimeout.multipliedBy(timeouts)) >= 0;
    }

    private void compare(Duration now) {
        for (Side side : Side.values()) {
            Track track = tracks.of(side);
            if (track.lost) {
                differences.add("the client of the " + side.word() + " connection got an error");
            }
            if (track.wroteAt.isEmpty() && track.isOverdue(track.askedAt, SOON, now)) {
                differences.add("the write on the " + side.word() + " connection did not return within "
                        + SOON.toSeconds() + " s");
            }
        }
        if (tracks.kept().forgotten) {
            differences.add(
                    "the " + box.word() + " forgot the kept connection, in spite of its " + box.refresh() + "s");
        }
        if (tracks.plain().answeredAt.isPresent()) {
            differences.add("the plain connection was answered");
        } else if (tracks.plain().arrived) {
            differences.add("what the plain connection wrote reached the server");
        }
        if (!tracks.plain().forgotten && now.compareTo(idleTimeout.multipliedBy(3)) > 0) {
            differences.add("the " + box.word() + " still knew the plain connection after " + now.toSeconds()
                    + " s, its idle timeout being " + idleTimeout.toSeconds() + " s");
        }
        if (tracks.kept().answeredAt.isEmpty() && tracks.kept().isOverdue(tracks.kept().wroteAt, SOON, now)) {
            differences.add("the kept connection was not answered within " + SOON.toSeconds() + " s");
        }
    }

    /** One connection's part. */
    private final class Track {
        private final Side side;
        private boolean forgotten;
        private boolean unanswered;
        private boolean lost;
        private boolean arrived;
        private long refreshes;
        private Optional<Duration> askedAt = Optional.empty();
        private Optional<Duration> wroteAt = Optional.empty();
        private Optional<Duration> answeredAt = Optional.empty();

        Track(Side side) {
            this.side = side;
        }

        void observe(Duration now, Facts.Connection seen) {
            ClientLog client = seen.client();
            arrived = seen.arrived() > 0;
            if (!forgotten && seen.remaining().isEmpty()) {
                forgotten = true;
                events.add(new Event.Forgotten(now, side));
            }
            // What the box counts later is the line itself.
            if (askedAt.isEmpty() && seen.refreshes() > refreshes) {
                refreshes = seen.refreshes();
                events.add(new Event.Refreshed(now, side, refreshes));
            }
            if (wroteAt.isEmpty() && client.sent() > 0) {
                wroteAt = Optional.of(now);
                events.add(new Event.Wrote(now, side));
            }
            if (answeredAt.isEmpty() && client.answers() > 0) {
                answeredAt = Optional.of(now);
                events.add(new Event.Answered(now, side, client.roundTrip().orElseThrow()));
            }
            if (!lost && client.loss().isPresent()) {
                lost = true;
                events.add(new Event.Lost(now, side, client.loss().get()));
            }
            Duration patience = idleTimeout.multipliedBy(2);
            if (!unanswered && !lost && answeredAt.isEmpty() && isOverdue(wroteAt, patience, now)) {
                unanswered = true;
                Duration waited = now.minus(wroteAt.orElseThrow());
                events.add(new Event.Unanswered(now, side, waited, seen));
            }
        }

        boolean isOverdue(Optional<Duration> since, Duration limit, Duration now) {
            return since.filter(start -> now.minus(start).compareTo(limit) >= 0).isPresent();
        }

        Scene.View view(Duration now) {
            Duration quiet = now.minus(answeredAt.or(() -> wroteAt).orElse(Duration.ZERO));
            Scene.Act act = answeredAt.isPresent()
                    ? Scene.Act.ANSWERED
                    : wroteAt.isPresent() ? Scene.Act.WAITING : Scene.Act.IDLE;
            return new Scene.View(act, forgotten, unanswered, quiet, refreshes);
        }
    }
}
