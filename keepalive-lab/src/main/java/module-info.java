/** A real NAT with an idle timeout for tests: Linux network namespaces as a Java API and a JUnit extension. */
module io.keepalive.lab {
    // Static: the Java API works without JUnit on the module path.
    requires static org.jspecify;
    requires static org.junit.jupiter.api;

    exports io.keepalive.lab;
    exports io.keepalive.lab.junit;
}
