package io.keepalive.sample;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Uses all clients at once when it is asked to, and says which of them got an answer in time. */
@RestController
class UseController implements DisposableBean {
    private final List<Client> clients;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "client");
        thread.setDaemon(true);
        return thread;
    });

    UseController(ObjectProvider<Client> clients) {
        this.clients = clients.orderedStream().toList();
    }

    @GetMapping(path = "/use", produces = "text/plain")
    String use(@RequestParam(defaultValue = "30") int seconds) {
        long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        List<CompletableFuture<String>> uses = new ArrayList<>();
        for (Client client : clients) {
            uses.add(CompletableFuture.supplyAsync(() -> use(client), threads));
        }
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < clients.size(); i++) {
            lines.append(clients.get(i).name())
                    .append(" | ")
                    .append(clients.get(i).port())
                    .append(" | ")
                    .append(outcome(uses.get(i), deadlineNanos, seconds))
                    .append('\n');
        }
        return lines.toString();
    }

    private static String use(Client client) {
        try {
            client.use().run();
            return "answered";
        } catch (Exception e) {
            return "failed: " + e;
        }
    }

    private static String outcome(CompletableFuture<String> use, long deadlineNanos, int seconds) {
        try {
            return use.get(Math.max(0, deadlineNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return "no answer within " + seconds + " s";
        } catch (ExecutionException e) {
            return "failed: " + e.getCause();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    @Override
    public void destroy() {
        threads.shutdownNow();
    }
}
