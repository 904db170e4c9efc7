//! A chat server as one writes it with tokio: a task that reads and a task that writes for each
//! connection, a channel between the room and each writer, serde for the frames, all cores.
//!
//! It is a rival, not a straw man: a message is encoded once and shared by all channels, and a
//! writer takes all that waits in its channel for one write. It does what c/broadcast.c does (one
//! room, `Login` -> `Welcome`, `Broadcast` -> `NewMessage`) and leaves out what that leaves out.
//! Who is further behind than its channel holds is cut off.

use serde::{Deserialize, Serialize};
use std::{
    collections::HashMap,
    io,
    sync::{Arc, Mutex},
    time::{SystemTime, UNIX_EPOCH},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{tcp::OwnedReadHalf, tcp::OwnedWriteHalf, TcpListener, TcpStream},
    sync::mpsc,
};

const FRAME_BYTES_MAX: usize = 64 << 10;
const READ_BYTES: usize = 4 << 10;
/// Messages that a member may be behind.
const BEHIND_MAX: usize = 16 << 10;
/// Messages that one write takes at most.
const BATCH_MAX: usize = 256;

#[derive(Deserialize)]
#[serde(tag = "type")]
enum Said {
    Login { username: String },
    Broadcast { content: String },
    #[serde(other)]
    Other,
}

#[derive(Serialize)]
#[serde(tag = "type")]
enum Told<'a> {
    Welcome { username: &'a str },
    NewMessage { room: &'a str, seq: u64, from: &'a str, content: &'a str, at: u64 },
}

type Frame = Arc<[u8]>;

#[derive(Default)]
struct Room {
    members: HashMap<usize, mpsc::Sender<Frame>>,
    seq: u64,
}

fn frame(told: &Told) -> Frame {
    let mut bytes = vec![0; 4];
    serde_json::to_writer(&mut bytes, told).expect("it is plain data");
    let length = (bytes.len() - 4) as u32;
    bytes[..4].copy_from_slice(&length.to_be_bytes());
    bytes.into()
}

fn now_ms() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_millis() as u64)
}

impl Room {
    fn say(&mut self, from: &str, content: &str) {
        self.seq += 1;
        let told = Told::NewMessage { room: "lobby", seq: self.seq, from, content, at: now_ms() };
        let bytes = frame(&told);
        self.members.retain(|_, member| member.try_send(bytes.clone()).is_ok());
    }
}

/// Writes what comes through the channel, all that is there at once, until nobody can send more.
async fn write(mut socket: OwnedWriteHalf, mut channel: mpsc::Receiver<Frame>) -> io::Result<()> {
    let mut frames = Vec::with_capacity(BATCH_MAX);
    let mut bytes = Vec::new();
    while channel.recv_many(&mut frames, BATCH_MAX).await > 0 {
        if let [one] = &frames[..] {
            socket.write_all(one).await?;
        } else {
            bytes.clear();
            frames.iter().for_each(|frame| bytes.extend_from_slice(frame));
            socket.write_all(&bytes).await?;
        }
        frames.clear();
    }
    Ok(())
}

async fn read(id: usize, mut socket: OwnedReadHalf, out: OwnedWriteHalf, room: &Mutex<Room>) -> io::Result<()> {
    let mut name: Option<String> = None;
    let mut out = Some(out);
    let mut bytes = Vec::with_capacity(READ_BYTES);
    while socket.read_buf(&mut bytes).await? > 0 {
        let mut at = 0;
        while let Some(head) = bytes.get(at..at + 4) {
            let size = u32::from_be_bytes([head[0], head[1], head[2], head[3]]) as usize;
            if size > FRAME_BYTES_MAX {
                return Ok(());
            }
            let Some(body) = bytes.get(at + 4..at + 4 + size) else { break };
            at += 4 + size;
            match (serde_json::from_slice(body)?, &name) {
                (Said::Login { username }, None) => {
                    let Some(out) = out.take() else { return Ok(()) };
                    let (sender, channel) = mpsc::channel(BEHIND_MAX);
                    // The first in the channel, so nothing overtakes it.
                    let _ = sender.try_send(frame(&Told::Welcome { username: &username }));
                    tokio::spawn(write(out, channel));
                    room.lock().unwrap().members.insert(id, sender);
                    name = Some(username);
                }
                (Said::Broadcast { content }, Some(from)) => room.lock().unwrap().say(from, &content),
                _ => {}
            }
        }
        bytes.drain(..at);
    }
    Ok(())
}

async fn serve(id: usize, socket: TcpStream, room: Arc<Mutex<Room>>) {
    if socket.set_nodelay(true).is_ok() {
        let (input, output) = socket.into_split();
        // A reset, or bytes that are no frame: for a reference both simply end the connection.
        let _ = read(id, input, output, &room).await;
    }
    room.lock().unwrap().members.remove(&id);
}

#[tokio::main]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on {}", listener.local_addr()?);
    let room = Arc::new(Mutex::new(Room::default()));
    for id in 0.. {
        let (socket, _) = listener.accept().await?;
        tokio::spawn(serve(id, socket, room.clone()));
    }
    Ok(())
}
