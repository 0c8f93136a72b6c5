package io.keepalive.benchmarks.close;

import io.keepalive.testing.TestCertificate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes on each connection, closes it at once, and exits as soon as all closes are complete. Prints how the connections
 * ended for this side.
 */
interface Writer {
    /** Writes the payload and closes, on as many connections as the row says; returns how each ended. */
    List<String> writeAndClose(Row row, byte[] payload, int port) throws Exception;

    /** Arguments: the row, then the port to connect to, unless this side listens. */
    static void main(String[] args) throws Exception {
        Row row = Row.parse(args);
        if (row.tls()) {
            TestCertificate.ofThisJvm().context();
        }
        int port = row.server() ? 0 : Integer.parseInt(args[args.length - 1]);
        Writer writer = row.stack().isNetty()
                ? new NettyWriter()
                : row.stack().isLoop() ? new LoopWriter() : new BlockingWriter();
        List<String> ends = writer.writeAndClose(row, Payload.of((int) row.bytes()), port);
        Map<String, Integer> counts = new TreeMap<>();
        ends.forEach(end -> counts.merge(end, 1, Integer::sum));
        counts.forEach((end, count) -> System.out.println("end " + count + " " + end));
        System.out.flush();
        Runtime.getRuntime().halt(0); // harder than exit: no hook, nothing is closed in order
    }

    /** For a side that listens: the other one connects then. */
    static void printPort(int port) {
        System.out.println("port " + port);
    }
}
