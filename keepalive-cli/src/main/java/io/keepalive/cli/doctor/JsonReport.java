package io.keepalive.cli.doctor;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.keepalive.cli.linux.NamespaceSockets;
import io.keepalive.cli.linux.SocketOptions;
import io.keepalive.cli.linux.SocketOwners.Owner;
import io.keepalive.cli.linux.SystemSettings;
import io.keepalive.cli.linux.TcpInfoFields;
import io.keepalive.cli.linux.TcpSocket;
import io.keepalive.cli.linux.TcpTimer;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What doctor found, as one JSON object. The names are documented in docs/doctor.md. */
final class JsonReport {
    private static final double MILLIS_PER_SECOND = 1000;

    private JsonReport() {}

    static JsonObject of(Examination examination) {
        JsonArray connections = new JsonArray();
        examination.connections().forEach(judged -> connections.add(connection(judged)));
        JsonArray listeners = new JsonArray();
        examination.listeners().forEach(listener -> listeners.add(listener(listener)));
        JsonArray namespaces = new JsonArray();
        examination.namespaces().forEach(namespace -> namespaces.add(namespace(namespace)));
        JsonArray advice = new JsonArray();
        Advice.of(examination.connections(), examination.path()).forEach(each -> advice.add(advice(each)));
        JsonObject report = new JsonObject();
        report.add("connections", connections);
        report.add("listeners", listeners);
        report.add("namespaces", namespaces);
        report.add("advice", advice);
        report.add("limitations", texts(examination.limitations()));
        return report;
    }

    private static JsonObject connection(Judged judged) {
        ConnectionFacts facts = judged.facts();
        TcpSocket socket = facts.socket();
        SocketOptions options = facts.options();
        TcpInfoFields info = socket.info();
        JsonObject json = new JsonObject();
        json.addProperty("local", judged.local());
        json.addProperty("remote", judged.remote());
        owner(json, facts.owners());
        json.addProperty("state", socket.state().text());
        json.addProperty("keepAlive", facts.keepAlive().orElse(null));
        json.addProperty("firesInSeconds", socket.timer() == TcpTimer.KEEPALIVE ? seconds(socket.timerMillis()) : null);
        json.addProperty("timer", socket.timer().text());
        json.addProperty("timerInSeconds", socket.timer() == TcpTimer.OFF ? null : seconds(socket.timerMillis()));
        options(json, options);
        json.addProperty("receiveQueueBytes", socket.receiveQueueBytes());
        json.addProperty("sendQueueBytes", socket.sendQueueBytes());
        json.addProperty("unansweredProbes", facts.unansweredProbes());
        json.addProperty("retransmits", facts.retransmits());
        json.addProperty("lastDataSentSeconds", info == null ? null : seconds(info.lastDataSentMillis()));
        json.addProperty("lastDataReceivedSeconds", info == null ? null : seconds(info.lastDataReceivedMillis()));
        json.addProperty("lastAckReceivedSeconds", info == null ? null : seconds(info.lastAckReceivedMillis()));
        json.addProperty("uid", socket.uid());
        json.addProperty("inode", socket.inode());
        json.addProperty("namespace", judged.namespace().namespace().inode());
        json.addProperty("destination", judged.destination());
        json.addProperty("verdict", judged.diagnosis().verdict().text());
        json.addProperty("reason", judged.diagnosis().reason());
        OptionalLong end = judged.diagnosis().endsInMillis();
        json.addProperty("endsInSeconds", end.isEmpty() ? null : seconds(end.getAsLong()));
        return json;
    }

    private static JsonObject listener(ListenerFacts facts) {
        JsonObject json = new JsonObject();
        json.addProperty("local", facts.local());
        owner(json, facts.owners());
        json.addProperty(
                "keepAlive", facts.options() == null ? null : facts.options().keepAlive());
        options(json, facts.options());
        json.addProperty("children", facts.children());
        json.addProperty("keptChildren", facts.keptChildren());
        json.addProperty("namespace", facts.namespace().namespace().inode());
        json.addProperty("verdict", facts.heritage().text());
        return json;
    }

    private static void owner(JsonObject json, List<Owner> owners) {
        json.addProperty("pid", owners.isEmpty() ? null : owners.get(0).pid());
        json.addProperty("program", owners.isEmpty() ? null : owners.get(0).program());
    }

    private static void options(JsonObject json, @Nullable SocketOptions options) {
        json.addProperty("idleSeconds", options == null ? null : options.idleSeconds());
        json.addProperty("intervalSeconds", options == null ? null : options.intervalSeconds());
        json.addProperty("count", options == null ? null : options.count());
        json.addProperty("userTimeoutMillis", options == null ? null : options.userTimeoutMillis());
    }

    private static JsonObject namespace(NamespaceSockets sockets) {
        SystemSettings settings = sockets.settings();
        JsonObject json = new JsonObject();
        json.addProperty("inode", sockets.namespace().inode());
        json.addProperty("name", sockets.namespace().label());
        json.addProperty("idleSeconds", settings.idleSeconds());
        json.addProperty("intervalSeconds", settings.intervalSeconds());
        json.addProperty("count", settings.count());
        json.addProperty("retries2", settings.retries2());
        return json;
    }

    private static JsonObject advice(Advice advice) {
        JsonObject verdicts = new JsonObject();
        advice.verdicts().forEach((verdict, count) -> verdicts.addProperty(verdict.text(), count));
        JsonObject json = new JsonObject();
        json.addProperty("destination", advice.destination());
        json.addProperty("connections", advice.connections());
        json.add("programs", texts(advice.programs()));
        json.add("verdicts", verdicts);
        json.add("actions", texts(advice.actions()));
        return json;
    }

    private static JsonArray texts(List<String> texts) {
        JsonArray array = new JsonArray();
        texts.forEach(array::add);
        return array;
    }

    private static double seconds(long millis) {
        return millis / MILLIS_PER_SECOND;
    }
}
