package io.keepalive.benchmarks.soak;

import java.util.List;
import java.util.Map;

/** Compares what parties reported with what the model demands. Pure. */
final class Judge {
    private final Map<String, Model> models;
    private final int connections;

    /**
     * A judge.
     *
     * @param models of the styles by their names
     * @param connections of each style between one client and the server
     */
    Judge(Map<String, Model> models, int connections) {
        this.models = models;
        this.connections = connections;
    }

    /** The outages do not overlap, their windows included. */
    Verdict judge(List<Outage> outages, List<Loss> losses) {
        Verdict verdict = new Verdict();
        for (Party party : Party.values()) {
            models.forEach((style, model) -> {
                List<Loss> own = losses.stream()
                        .filter(loss -> loss.party() == party && loss.style().equals(style))
                        .toList();
                outages.forEach(outage -> judge(model, outage, party, style, own, verdict));
                own.stream()
                        .filter(loss -> outages.stream().noneMatch(outage -> model.isWithin(outage, loss)))
                        .forEach(loss -> verdict.falseDeaths(1, loss + ", while nothing was wrong"));
            });
        }
        return verdict;
    }

    private void judge(Model model, Outage outage, Party party, String style, List<Loss> own, Verdict verdict) {
        List<Loss> within =
                own.stream().filter(loss -> model.isWithin(outage, loss)).toList();
        int unheard = outage.unheardLinks(party) * connections;
        int reset = outage.resetLinks(party) * connections;
        String what = party + " " + style + " in " + outage + ": " + within;
        Model.Kind kind = model.kind(outage);
        int allowed = kind == Model.Kind.HARMLESS ? 0 : unheard + reset;
        verdict.falseDeaths(Math.max(0, within.size() - allowed), what);
        if (kind == Model.Kind.FATAL && unheard > 0) {
            int early = (int)
                    within.stream().filter(loss -> model.isEarly(outage, loss)).count();
            int late = (int)
                    within.stream().filter(loss -> model.isLate(outage, loss)).count();
            verdict.early(early, what);
            verdict.late(late, what);
            verdict.missed(Math.max(0, unheard - within.size()), what);
            verdict.found(Math.min(unheard, within.size()) - early - late);
        }
    }
}
