package io.keepalive.cli.doctor;

import com.google.gson.stream.JsonWriter;
import io.keepalive.cli.linux.NamespaceSockets;
import io.keepalive.cli.linux.SocketOptions;
import io.keepalive.cli.linux.SocketOwners.Owner;
import io.keepalive.cli.linux.SystemSettings;
import io.keepalive.cli.linux.TcpInfoFields;
import io.keepalive.cli.linux.TcpSocket;
import io.keepalive.cli.linux.TcpTimer;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What doctor found, as one JSON object. The names are documented in docs/doctor.md. Written as it goes: with thousands of
 * connections a tree in between costs more than all the rest.
 */
final class JsonReport {
    private static final double MILLIS_PER_SECOND = 1000;

    private final JsonWriter json;

    private JsonReport(JsonWriter json) {
        this.json = json;
    }

    /** Leaves the writer open. */
    static void write(Examination examination, JsonWriter json) throws IOException {
        new JsonReport(json).write(examination);
    }

    private void write(Examination examination) throws IOException {
        json.beginObject().name("connections").beginArray();
        for (Judged judged : examination.connections()) {
            connection(judged);
        }
        json.endArray().name("listeners").beginArray();
        for (ListenerFacts listener : examination.listeners()) {
            listener(listener);
        }
        json.endArray().name("namespaces").beginArray();
        for (NamespaceSockets namespace : examination.namespaces()) {
            namespace(namespace);
        }
        json.endArray().name("advice").beginArray();
        for (Advice each : Advice.of(examination.connections(), examination.path())) {
            advice(each);
        }
        json.endArray();
        texts("limitations", examination.limitations());
        json.endObject();
    }

    private void connection(Judged judged) throws IOException {
        ConnectionFacts facts = judged.facts();
        TcpSocket socket = facts.socket();
        TcpInfoFields info = socket.info();
        OptionalLong end = judged.diagnosis().endsInMillis();
        json.beginObject();
        json.name("local").value(judged.local());
        json.name("remote").value(judged.remote());
        owner(facts.owners());
        json.name("state").value(socket.state().text());
        json.name("keepAlive").value(facts.keepAlive().orElse(null));
        seconds("firesInSeconds", socket.timer() == TcpTimer.KEEPALIVE, socket.timerMillis());
        json.name("timer").value(socket.timer().text());
        seconds("timerInSeconds", socket.timer() != TcpTimer.OFF, socket.timerMillis());
        options(facts.options());
        json.name("receiveQueueBytes").value(socket.receiveQueueBytes());
        json.name("sendQueueBytes").value(socket.sendQueueBytes());
        json.name("unansweredProbes").value(facts.unansweredProbes());
        json.name("retransmits").value(facts.retransmits());
        seconds("lastDataSentSeconds", info != null, info == null ? 0 : info.lastDataSentMillis());
        seconds("lastDataReceivedSeconds", info != null, info == null ? 0 : info.lastDataReceivedMillis());
        seconds("lastAckReceivedSeconds", info != null, info == null ? 0 : info.lastAckReceivedMillis());
        json.name("uid").value(socket.uid());
        json.name("inode").value(socket.inode());
        json.name("namespace").value(judged.namespace().namespace().inode());
        json.name("destination").value(judged.destination());
        json.name("verdict").value(judged.diagnosis().verdict().text());
        json.name("reason").value(judged.diagnosis().reason());
        seconds("endsInSeconds", end.isPresent(), end.orElse(0));
        json.endObject();
    }

    private void listener(ListenerFacts facts) throws IOException {
        SocketOptions options = facts.options();
        json.beginObject();
        json.name("local").value(facts.local());
        owner(facts.owners());
        json.name("keepAlive").value(options == null ? null : options.keepAlive());
        options(options);
        json.name("children").value(facts.children());
        json.name("keptChildren").value(facts.keptChildren());
        json.name("namespace").value(facts.namespace().namespace().inode());
        json.name("verdict").value(facts.heritage().text());
        json.endObject();
    }

    private void owner(List<Owner> owners) throws IOException {
        if (owners.isEmpty()) {
            json.name("pid").nullValue().name("program").nullValue();
        } else {
            json.name("pid").value(owners.get(0).pid());
            json.name("program").value(owners.get(0).program());
        }
    }

    private void options(@Nullable SocketOptions options) throws IOException {
        json.name("idleSeconds").value(options == null ? null : options.idleSeconds());
        json.name("intervalSeconds").value(options == null ? null : options.intervalSeconds());
        json.name("count").value(options == null ? null : options.count());
        json.name("userTimeoutMillis").value(options == null ? null : options.userTimeoutMillis());
    }

    private void namespace(NamespaceSockets sockets) throws IOException {
        SystemSettings settings = sockets.settings();
        json.beginObject();
        json.name("inode").value(sockets.namespace().inode());
        json.name("name").value(sockets.namespace().label());
        json.name("idleSeconds").value(settings.idleSeconds());
        json.name("intervalSeconds").value(settings.intervalSeconds());
        json.name("count").value(settings.count());
        json.name("retries2").value(settings.retries2());
        json.endObject();
    }

    private void advice(Advice advice) throws IOException {
        json.beginObject();
        json.name("destination").value(advice.destination());
        json.name("connections").value(advice.connections());
        texts("programs", advice.programs());
        json.name("verdicts").beginObject();
        for (Map.Entry<Verdict, Integer> each : advice.verdicts().entrySet()) {
            json.name(each.getKey().text()).value(each.getValue());
        }
        json.endObject();
        texts("actions", advice.actions());
        json.endObject();
    }

    private void texts(String name, List<String> texts) throws IOException {
        json.name(name).beginArray();
        for (String text : texts) {
            json.value(text);
        }
        json.endArray();
    }

    /** Null unless it is known. */
    private void seconds(String name, boolean isKnown, long millis) throws IOException {
        json.name(name);
        if (isKnown) {
            json.value(millis / MILLIS_PER_SECOND);
        } else {
            json.nullValue();
        }
    }
}
