"""The same shapes by PyTorch and transformers on the same card: a JSON line with all figures so far after each part.

Says so where either is missing."""
import json
import time

try:
    import torch
    from transformers import Qwen2Config, Qwen2ForCausalLM
except ImportError as error:
    print(json.dumps({"missing": str(error)}))
    raise SystemExit

config = Qwen2Config(
    vocab_size=151936, hidden_size=1536, intermediate_size=8960, num_hidden_layers=28, num_attention_heads=12,
    num_key_value_heads=2, max_position_embeddings=32768, tie_word_embeddings=True, attn_implementation="sdpa",
)
torch.manual_seed(0)
torch.set_default_dtype(torch.bfloat16)
model = Qwen2ForCausalLM(config).cuda()
torch.set_default_dtype(torch.float32)


def seconds(work, repeats):
    work()
    torch.cuda.synchronize()
    begin = time.perf_counter()
    for _ in range(repeats):
        work()
    torch.cuda.synchronize()
    return (time.perf_counter() - begin) / repeats


def token_stats():
    hidden = torch.randn(2048, 1536, device="cuda", dtype=torch.bfloat16)
    targets = torch.randint(0, 151936, (2048,), device="cuda")

    def work():
        logp = torch.log_softmax((hidden @ model.lm_head.weight.T).float(), -1)
        return logp.gather(1, targets[:, None]), -(logp.exp() * logp).sum(-1)

    torch.cuda.reset_peak_memory_stats()
    before = torch.cuda.memory_allocated()
    with torch.no_grad():
        spent = seconds(work, 5)
    return {"seconds": spent, "peakBytes": torch.cuda.max_memory_allocated() - before}


def generation():
    prompts = torch.randint(0, 1000, (256, 512), device="cuda")
    options = dict(do_sample=True, temperature=1.0, top_k=0, pad_token_id=0, eos_token_id=None)
    model.eval()
    with torch.no_grad():
        model.generate(prompts, max_new_tokens=4, **options)
        torch.cuda.synchronize()
        begin = time.perf_counter()
        model.generate(prompts, max_new_tokens=64, **options)
        torch.cuda.synchronize()
    return {"tokensPerSecond": 256 * 64 / (time.perf_counter() - begin), "newTokens": 64}


def training():
    master = model.float()
    master.train()
    master.gradient_checkpointing_enable()
    optimizer = torch.optim.AdamW(master.parameters(), lr=1e-6, fused=True)
    ids = torch.randint(0, 1000, (32, 1024), device="cuda")

    def step():
        for rows in ids.split(8):
            with torch.autocast("cuda", torch.bfloat16):
                loss = master(rows, labels=rows, use_cache=False).loss / 4
            loss.backward()
        torch.nn.utils.clip_grad_norm_(master.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()

    spent = seconds(step, 3)
    return {"seconds": spent, "tokensPerSecond": 32 * 1024 / spent}


report = {"torch": torch.__version__}
for name, measure in (("tokenStats", token_stats), ("generation", generation), ("training", training)):
    try:
        report[name] = measure()
    except Exception as error:
        report[name] = {"failed": str(error)[:300]}
    print(json.dumps(report), flush=True)
