package dev.keywright.ops.scan;

import dev.keywright.ops.analysis.Encoding;
import dev.keywright.ops.analysis.KeyType;
import dev.keywright.ops.wire.Replies;

/** What is asked of every key; none of it resets a key's idle time. */
enum Fact {
    TYPE("the types of keys", "TYPE <key>"),
    BYTES("the bytes of keys", "MEMORY USAGE <key>"),
    ENCODING("the encodings of keys", "OBJECT ENCODING <key>"),
    IDLE("the idle times of keys", "OBJECT IDLETIME <key>"),
    FREQUENCY("how often keys are used", "OBJECT FREQ <key>"),
    TTL("the times to live of keys", "PTTL <key>");

    private static final int GONE = -2;

    /** What is unknown without it. */
    final String what;

    @SuppressWarnings("ImmutableEnumChecker") // its bytes never change
    final Phrase phrase;

    Fact(String what, String words) {
        this.what = what;
        this.phrase = Phrase.of(words);
    }

    /** Takes a reply that is no error. */
    void take(Replies reply, Draft draft, long nowMillis) {
        switch (this) {
            case TYPE -> {
                type(reply, draft);
                if (!draft.typeFits()) {
                    draft.fate = Draft.Fate.VANISHED; // another value took its place
                }
            }
            case ENCODING -> {
                if (reply.isNothing()) {
                    draft.fate = Draft.Fate.VANISHED;
                } else {
                    draft.encoding = encoding(reply);
                }
            }
            case BYTES -> {
                if (reply.isNothing()) {
                    draft.fate = Draft.Fate.VANISHED;
                } else {
                    draft.bytes = reply.number();
                }
            }
            case IDLE -> draft.idleSeconds = reply.number();
            case FREQUENCY -> draft.frequency = (int) reply.number();
            case TTL -> {
                if (reply.number() == GONE) {
                    draft.fate = Draft.Fate.VANISHED;
                } else if (reply.number() >= 0) {
                    draft.expiresAtMillis = nowMillis + reply.number();
                }
            }
        }
    }

    private static void type(Replies reply, Draft draft) {
        char first = (char) reply.at(0);
        switch (reply.length()) {
            case 3 -> draft.type = KeyType.SET;
            case 4 -> {
                switch (first) {
                    case 'h' -> draft.type = KeyType.HASH;
                    case 'l' -> draft.type = KeyType.LIST;
                    case 'z' -> draft.type = KeyType.ZSET;
                    default -> draft.fate = Draft.Fate.VANISHED; // none
                }
            }
            case 6 -> draft.type = reply.at(3) == 'e' ? KeyType.STREAM : KeyType.STRING;
            default -> draft.type = KeyType.MODULE; // names of modules' types have nine letters
        }
    }

    private static Encoding encoding(Replies reply) {
        char first = (char) reply.at(0);
        Encoding likely = switch (reply.length()) {
            case 3 -> first == 'i' ? Encoding.INT : Encoding.RAW;
            case 6 -> first == 'e' ? Encoding.EMBSTR : first == 'i' ? Encoding.INTSET : Encoding.STREAM;
            case 7 -> Encoding.ZIPLIST;
            case 8 -> first == 'l' ? Encoding.LISTPACK : Encoding.SKIPLIST;
            case 9 -> first == 'h' ? Encoding.HASHTABLE : Encoding.QUICKLIST;
            case 10 -> Encoding.LISTPACKEX;
            default -> Encoding.UNKNOWN;
        };
        return names(reply, likely) ? likely : Encoding.UNKNOWN;
    }

    /** A server to come may have encodings that nobody knows yet. */
    private static boolean names(Replies reply, Encoding encoding) {
        String name = encoding.name();
        for (int i = 0; i < reply.length() && i < name.length(); i++) {
            if (Character.toUpperCase((char) reply.at(i)) != name.charAt(i)) {
                return false;
            }
        }
        return reply.length() == name.length();
    }
}
