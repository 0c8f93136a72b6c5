package io.keepalive.sample;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts a web server and the clients that {@code sample.clients} names. */
@SpringBootApplication(proxyBeanMethods = false)
public class SampleApplication {
    /** Takes Spring Boot's arguments. */
    public static void main(String[] args) {
        SpringApplication.run(SampleApplication.class, args);
    }
}
