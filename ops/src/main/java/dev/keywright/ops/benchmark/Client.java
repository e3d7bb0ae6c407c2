package dev.keywright.ops.benchmark;

import java.util.Arrays;

/** One client; it waits for its own answers only. In a Cluster it has a connection to every server it needs. For one thread. */
final class Client {

    private final Worker worker;
    private final int pipeline;
    private Lane[] lanes = new Lane[0];
    private int open;
    private boolean offered;

    Client(Worker worker, int pipeline) {
        this.worker = worker;
        this.pipeline = pipeline;
    }

    /** Sends the command that the encoder holds to a server. */
    void send(int node, int command, long since) {
        lane(node).send(command, since);
        open++;
    }

    private Lane lane(int node) {
        if (node >= lanes.length) {
            lanes = Arrays.copyOf(lanes, node + 1);
        }
        Lane lane = lanes[node];
        if (lane == null) {
            lane = new Lane(worker, this, node, pipeline);
            lanes[node] = lane;
            worker.connect(lane);
        }
        return lane;
    }

    /** Commands were answered or given up. */
    void settled(int commands) {
        open -= commands;
    }

    /** Whether nothing is on its way. */
    boolean isIdle() {
        return open == 0;
    }

    /** Whether it has room and did not say so before; then it has said so now. */
    boolean offers() {
        boolean fresh = !offered && open < pipeline;
        offered |= fresh;
        return fresh;
    }

    /** What it offered was taken. */
    void taken() {
        offered = false;
    }

    void giveUpWhatWaitsSince(long moment) {
        for (Lane lane : lanes) {
            if (lane != null) {
                lane.giveUpWhatWaitsSince(moment);
            }
        }
    }

    void close() {
        for (Lane lane : lanes) {
            if (lane != null) {
                lane.close();
            }
        }
    }
}
