package io.keepalive.testing.bad.lower;

import io.keepalive.testing.bad.upper.Upper;
import java.net.Socket;
import java.util.logging.Logger;

/** Breaks the rules on purpose, for ArchitectureRulesTest. */
public class Lower extends Upper {
    Socket socket = new Socket();
    Logger logger = Logger.getLogger("bad");

    long now() {
        return System.nanoTime();
    }
}
