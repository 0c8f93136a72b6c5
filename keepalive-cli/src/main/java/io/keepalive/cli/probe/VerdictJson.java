package io.keepalive.cli.probe;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.keepalive.Middlebox;
import io.keepalive.cli.probe.Step.Outcome;
import io.keepalive.cli.probe.Verdict.ProbesCount;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The JSON that {@code --json} prints; docs/probe.md describes it. */
final class VerdictJson {
    private VerdictJson() {}

    /** The verdict on one direction. */
    static JsonObject of(Search search) {
        Verdict verdict = Verdict.of(search);
        JsonObject json = new JsonObject();
        JsonObject idleTimeout = new JsonObject();
        idleTimeout.addProperty("atLeastSeconds", Seconds.of(verdict.atLeastNanos()));
        idleTimeout.addProperty("lessThanSeconds", Seconds.of(verdict.lessThanNanos()));
        json.add("idleTimeout", idleTimeout);
        json.addProperty("mechanism", verdict.mechanism().text());
        json.add("evidence", strings(Evidence.of(search, verdict)));
        json.addProperty("outcome", text(verdict.outcome()));
        json.add(
                "keepaliveProbesCount",
                verdict.probesCount() == ProbesCount.UNKNOWN
                        ? JsonNull.INSTANCE
                        : new JsonPrimitive(verdict.probesCount() == ProbesCount.YES));
        json.add(
                "boxesThatFit",
                strings(verdict.fits().stream().map(Middlebox::text).toList()));
        json.addProperty("policy", Advice.policy(verdict).map(Object::toString).orElse(null));
        json.addProperty("advice", Advice.toDo(verdict));
        return json;
    }

    /** The whole answer: the direction to the server on top, the other one below it, if it was measured. */
    static JsonObject of(
            String target, Search toServer, @Nullable Search fromServer, boolean proof, long elapsedNanos) {
        JsonObject json = of(toServer);
        if (fromServer != null) {
            json.add("serverToClient", of(fromServer));
        }
        json.add("limits", strings(Advice.limits(Verdict.of(toServer), fromServer != null, proof)));
        json.addProperty("target", target);
        json.addProperty("elapsedSeconds", Seconds.of(elapsedNanos));
        return json;
    }

    private static String text(Outcome outcome) {
        return outcome.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static JsonArray strings(List<String> texts) {
        JsonArray array = new JsonArray();
        texts.forEach(array::add);
        return array;
    }
}
