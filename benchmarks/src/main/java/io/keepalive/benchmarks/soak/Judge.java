package io.keepalive.benchmarks.soak;

import java.util.List;

/** Compares what parties reported with what the model demands. Pure. */
final class Judge {
    private final Model model;
    private final int connections;

    /**
     * A judge.
     *
     * @param connections of each style between one client and the server
     */
    Judge(Model model, int connections) {
        this.model = model;
        this.connections = connections;
    }

    /** The outages do not overlap, their windows included. */
    Verdict judge(List<Outage> outages, List<String> styles, List<Loss> losses) {
        Verdict verdict = new Verdict();
        for (Party party : Party.values()) {
            for (String style : styles) {
                List<Loss> own = losses.stream()
                        .filter(loss -> loss.party() == party && loss.style().equals(style))
                        .toList();
                outages.forEach(outage -> judge(outage, party, style, own, verdict));
                own.stream()
                        .filter(loss -> outages.stream().noneMatch(outage -> isWithin(outage, loss)))
                        .forEach(loss -> verdict.falseDeaths(1, loss + ", while nothing was wrong"));
            }
        }
        return verdict;
    }

    private boolean isWithin(Outage outage, Loss loss) {
        return loss.atNanos() - outage.fromNanos() >= 0 && loss.atNanos() - model.windowEndNanos(outage) <= 0;
    }

    private void judge(Outage outage, Party party, String style, List<Loss> own, Verdict verdict) {
        List<Loss> within = own.stream().filter(loss -> isWithin(outage, loss)).toList();
        int unheard = outage.unheardLinks(party) * connections;
        int reset = outage.resetLinks(party) * connections;
        String what = party + " " + style + " in " + outage + ": " + within;
        Model.Kind kind = model.kind(outage);
        int allowed = kind == Model.Kind.HARMLESS ? 0 : unheard + reset;
        verdict.falseDeaths(Math.max(0, within.size() - allowed), what);
        if (kind == Model.Kind.FATAL && unheard > 0) {
            int early =
                    (int) within.stream().filter(loss -> isEarly(outage, loss)).count();
            int late = (int) within.stream()
                    .filter(loss -> loss.atNanos() - model.notAfterNanos(outage) > 0)
                    .count();
            verdict.early(early, what);
            verdict.late(late, what);
            verdict.missed(Math.max(0, unheard - within.size()), what);
            verdict.found(Math.min(unheard, within.size()) - early - late);
        }
    }

    private boolean isEarly(Outage outage, Loss loss) {
        return loss.atNanos() - model.notBeforeNanos(outage) < 0
                || (loss.silentNanos() >= 0 && loss.silentNanos() < model.toleratedNanos());
    }
}
