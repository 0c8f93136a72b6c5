package io.keepalive.agent.programs;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;

/** An application with a database connection: asks the server for its port, prints it, and stays idle. */
public final class JdbcProgram {
    private JdbcProgram() {}

    /** Argument: a URL of PostgreSQL. */
    public static void main(String[] arguments) throws Exception {
        try (Connection connection = DriverManager.getConnection(arguments[0]);
                Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery("select inet_client_port()")) {
            answer.next();
            System.out.println("port " + answer.getInt(1));
            Kinds.awaitEnd();
        }
    }
}
