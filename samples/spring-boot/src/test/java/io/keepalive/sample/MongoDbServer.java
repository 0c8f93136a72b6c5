package io.keepalive.sample;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.ServerVersion;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import java.net.InetSocketAddress;

/** A server that speaks MongoDB's protocol and keeps its data in memory. */
public final class MongoDbServer {
    private MongoDbServer() {}

    /** Takes the port. */
    public static void main(String[] args) {
        MongoServer server = new MongoServer(new MemoryBackend().version(ServerVersion.MONGO_5_0));
        server.bind(new InetSocketAddress(Integer.parseInt(args[0])));
    }
}
