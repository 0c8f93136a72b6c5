package io.keepalive.cli.demo;

import java.io.IOException;

/** A client and a server with a box between them; both connections are greeted and idle once it is made. */
sealed interface Stage extends AutoCloseable permits LabStage, StandInStage {

    /** Looking disturbs nothing: neither connection gets a packet from it. */
    Facts look();

    /** Lets the client write a line. */
    void write(Side side);

    @Override
    void close() throws IOException;
}
