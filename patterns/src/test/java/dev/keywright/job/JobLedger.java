package dev.keywright.job;

import dev.keywright.Keywright;
import dev.keywright.connection.Command;
import dev.keywright.connection.Reply;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * Q1: producers and workers as processes that are killed at random, and a server that is killed and restarted with its AOF; at the end every
 * job was done at least once, and at any instant each was in exactly one state.
 *
 * <p>Arguments: jobs (20,000), workers (3), producers (2), most minutes (10), kills of the server (0). It ends when all jobs are done.
 */
final class JobLedger {

    private static final PrintStream OUT =
            new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);

    private record Seat(List<String> words) {

        String[] arguments() {
            return words.toArray(String[]::new);
        }
    }

    private final Standalone redis;
    private final Keywright kw;
    private final JobQueue jobs;
    private final int all;
    private final List<Seat> seats = new ArrayList<>();
    private final List<Process> processes = new ArrayList<>();
    private final Random random = new Random(1);
    private int kills;
    private int serverKills;
    private int audits;
    private final List<String> faults = new ArrayList<>();

    private JobLedger(Standalone redis, Keywright kw, int all) {
        this.redis = redis;
        this.kw = kw;
        this.jobs = kw.jobs(JobChild.QUEUE, JobChild.options().withDeadline(Duration.ofSeconds(20)));
        this.all = all;
    }

    public static void main(String[] arguments) throws Exception {
        int all = argument(arguments, 0, 20_000);
        ServerOptions lasting =
                ServerOptions.DEFAULTS.withDirective("appendonly", "yes").withDirective("appendfsync", "everysec");
        try (Standalone redis = Standalone.start(lasting);
                Keywright kw = Keywright.connect(redis.uri())) {
            JobLedger ledger = new JobLedger(redis, kw, all);
            ledger.seats(argument(arguments, 1, 3), argument(arguments, 2, 2));
            try {
                ledger.run(Duration.ofMinutes(argument(arguments, 3, 10)).toNanos(), argument(arguments, 4, 0));
            } finally {
                for (Process process : ledger.processes) {
                    process.destroyForcibly().waitFor();
                }
            }
            OUT.println(ledger.result());
        }
    }

    private static int argument(String[] arguments, int at, int otherwise) {
        return arguments.length > at ? Integer.parseInt(arguments[at]) : otherwise;
    }

    private void seats(int workers, int producers) {
        for (int i = 0; i < workers; i++) {
            seats.add(new Seat(List.of("work")));
        }
        for (int i = 0; i < producers; i++) {
            String first = Integer.toString(all / producers * i + 1);
            String last = Integer.toString(i == producers - 1 ? all : all / producers * (i + 1));
            seats.add(new Seat(List.of("produce", first, last)));
        }
        for (Seat seat : seats) {
            processes.add(JobChild.start(redis.uri(), seat.arguments()));
        }
    }

    private void run(long nanos, int servers) throws IOException, InterruptedException {
        long start = System.nanoTime();
        long nextKill = start + Duration.ofSeconds(2).toNanos();
        while (System.nanoTime() - start < nanos && jobs.stats().totalDone() < all) {
            faults.addAll(Ledger.faults(kw.connection(), JobChild.QUEUE));
            audits++;
            LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
            if (System.nanoTime() - nextKill > 0) {
                nextKill = System.nanoTime()
                        + Duration.ofMillis(500 + random.nextInt(1_500)).toNanos();
                kill();
                if (serverKills < servers && random.nextInt(4) == 0) {
                    redis.kill();
                    redis.restart();
                    serverKills++;
                }
            }
        }
        OUT.println((System.nanoTime() - start) / 1_000_000_000L + " s");
    }

    private void kill() throws IOException, InterruptedException {
        int at = random.nextInt(seats.size());
        Process process = processes.get(at);
        if (process.isAlive() && process.getInputStream().available() > 0) { // it works
            process.destroyForcibly().waitFor();
            kills++;
        }
        if (!process.isAlive()) {
            processes.set(at, JobChild.start(redis.uri(), seats.get(at).arguments()));
        }
    }

    private String result() {
        faults.addAll(Ledger.faults(kw.connection(), JobChild.QUEUE));
        int missing = 0;
        long again = 0;
        for (int from = 1; from <= all; from += 500) {
            Command.Builder ask = Command.named("HMGET").key("effects");
            for (int i = from; i < Math.min(all + 1, from + 500); i++) {
                ask.argument(i);
            }
            for (Reply count : kw.connection().call(ask.build()).items()) {
                missing += count.isNothing() ? 1 : 0;
                again += count.isNothing() ? 0 : Long.parseLong(count.text()) - 1;
            }
        }
        JobStats stats = jobs.stats();
        boolean right = missing == 0 && faults.isEmpty() && kills > 0 && stats.open() == 0 && stats.dead() == 0;
        faults.stream().limit(10).forEach(OUT::println);
        return kills + " processes and " + serverKills + " servers killed; of " + all + " jobs " + missing
                + " were never done, " + again + " times one was done again; " + stats.lost() + " were brought back, "
                + stats.failed() + " attempts failed, " + stats.late() + " late results refused; " + audits
                + " audits found " + faults.size() + " faults; " + stats + " " + (right ? "RIGHT" : "WRONG");
    }
}
